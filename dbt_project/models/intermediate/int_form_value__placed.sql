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
        documents.is_current_upload,
        documents.has_unit_finding,
        {{ scope_of_printing('numbers') }} as reporting_scope
    from numbers
    inner join documents
        on numbers.document_id = documents.document_id
    where documents.is_usable

),

-- many numbers to at most one printing of their form
numbers_of_forms as (

    select
        numbers_of_documents.value_id,
        numbers_of_documents.document_id,
        numbers_of_documents.form_id,
        numbers_of_documents.instance_no,
        numbers_of_documents.line_side,
        numbers_of_documents.line_code,
        numbers_of_documents.line_label,
        numbers_of_documents.qualifier,
        numbers_of_documents.measure,
        numbers_of_documents.cell_kind,
        numbers_of_documents.class_level,
        numbers_of_documents.is_leaf,
        numbers_of_documents.line_order,
        numbers_of_documents.amount_yuan,
        numbers_of_documents.count_value,
        numbers_of_documents.precision_yuan,
        numbers_of_documents.reported_text,
        numbers_of_documents.stored_text,
        numbers_of_documents.reported_unit,
        numbers_of_documents.unit_evidence,
        numbers_of_documents.page_no,
        numbers_of_documents.row_no,
        numbers_of_documents.col_no,
        numbers_of_documents.bbox,
        numbers_of_documents.reported_line,
        numbers_of_documents.method,
        numbers_of_documents.method_reason,
        numbers_of_documents.reporting_unit,
        numbers_of_documents.line_role,
        numbers_of_documents.area_scope,
        numbers_of_documents.grade,
        numbers_of_documents.department_id,
        numbers_of_documents.region_code,
        numbers_of_documents.fiscal_year,
        numbers_of_documents.phase,
        numbers_of_documents.reporting_scope,
        numbers_of_documents.is_current_upload,
        numbers_of_documents.has_unit_finding,
        forms.form_title
    from numbers_of_documents
    left join forms
        on
            numbers_of_documents.document_id = forms.document_id
            and numbers_of_documents.form_id = forms.form_id
            and numbers_of_documents.instance_no = forms.instance_no

)

select * from numbers_of_forms
