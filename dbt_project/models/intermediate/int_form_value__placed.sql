with

form_values as (

    select * from {{ ref('stg_lake__value') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

forms as (

    select * from {{ ref('stg_lake__form') }}

),

numbers as (

    select * from form_values
    where cell_kind = 'number'

),

-- many numbers to one document; documents no longer listed fall away here
numbers_of_documents as (

    select
        numbers.*,
        documents.department_id,
        documents.region_code,
        documents.fiscal_year,
        documents.phase,
        documents.reporting_scope
    from numbers
    inner join documents
        on numbers.document_id = documents.document_id
    where documents.is_usable

),

-- many numbers to at most one printing of their form
numbers_of_forms as (

    select
        numbers_of_documents.*,
        forms.form_title
    from numbers_of_documents
    left join forms
        on
            numbers_of_documents.document_id = forms.document_id
            and numbers_of_documents.form_id = forms.form_id
            and numbers_of_documents.instance_no = forms.instance_no

)

select * from numbers_of_forms
