with

forms as (

    select * from {{ ref('stg_lake__form') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

printings as (

    select * from {{ ref('int_form_printing__compared') }}

),

-- many forms to one document
forms_of_documents as (

    select
        forms.*,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope
    from forms
    inner join documents
        on forms.document_id = documents.document_id
    where documents.is_usable

),

-- one form to at most one comparison; a form without numbers has none
forms_compared as (

    select
        forms_of_documents.*,
        coalesce(printings.is_repeat, false) as is_repeat
    from forms_of_documents
    left join printings
        on
            forms_of_documents.document_id = printings.document_id
            and forms_of_documents.form_id = printings.form_id
            and forms_of_documents.instance_no = printings.instance_no

)

select * from forms_compared
