with

forms as (

    select * from {{ ref('stg_lake__form') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

grades as (

    select * from {{ ref('int_form_grade__counted') }}

),

printings as (

    select * from {{ ref('int_form_printing__compared') }}

),

accounts as (

    select * from {{ ref('int_form_account__counted') }}

),

-- many forms to one document
forms_of_documents as (

    select
        forms.*,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.is_current_upload,
        {{ scope_of_printing('forms') }} as reporting_scope
    from forms
    inner join documents
        on forms.document_id = documents.document_id
    where documents.is_usable

),

-- one form to at most one comparison and one count of each kind; one without numbers
-- has none
forms_compared as (

    select
        forms_of_documents.document_id,
        forms_of_documents.form_id,
        forms_of_documents.instance_no,
        forms_of_documents.form_title,
        forms_of_documents.form_no,
        forms_of_documents.status,
        forms_of_documents.reported_unit,
        forms_of_documents.unit_evidence,
        forms_of_documents.empty_note,
        forms_of_documents.reporting_unit,
        forms_of_documents.reporting_unit_code,
        forms_of_documents.number_count,
        forms_of_documents.blank_count,
        forms_of_documents.dash_count,
        forms_of_documents.none_word_count,
        forms_of_documents.unreadable_count,
        forms_of_documents.method,
        forms_of_documents.page_no,
        forms_of_documents.line_no,
        forms_of_documents.department_id,
        forms_of_documents.region_code,
        forms_of_documents.fiscal_year,
        forms_of_documents.phase,
        forms_of_documents.reporting_scope,
        forms_of_documents.is_current_upload,
        cast(coalesce(grades.proven_count, 0) as integer) as proven_count,
        cast(coalesce(grades.consistent_count, 0) as integer) as consistent_count,
        cast(coalesce(grades.unproven_count, 0) as integer) as unproven_count,
        cast(coalesce(grades.contradictory_count, 0) as integer) as contradictory_count,
        coalesce(printings.is_repeat, false) as is_repeat,
        coalesce(accounts.token_count, 0) as token_count,
        coalesce(accounts.explained_count, 0) as explained_count,
        coalesce(accounts.unexplained_count, 0) as unexplained_count
    from forms_of_documents
    left join printings
        on
            forms_of_documents.document_id = printings.document_id
            and forms_of_documents.form_id = printings.form_id
            and forms_of_documents.instance_no = printings.instance_no
    left join grades
        on
            forms_of_documents.document_id = grades.document_id
            and forms_of_documents.form_id = grades.form_id
            and forms_of_documents.instance_no = grades.instance_no
    left join accounts
        on
            forms_of_documents.document_id = accounts.document_id
            and forms_of_documents.form_id = accounts.form_id
            and forms_of_documents.instance_no = accounts.instance_no

)

select * from forms_compared
