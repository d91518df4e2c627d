with

form_values as (

    select * from {{ ref('stg_lake__value') }}

),

documents as (

    select * from {{ ref('int_document__identified') }}
    where reporting_scope = 'government'

),

forms as (

    select * from {{ ref('stg_lake__form') }}

),

-- many totals to one document and one printing of a form; basic expenditure and
-- transfers are parts that no report names
totals as (

    select
        form_values.document_id,
        form_values.form_id,
        form_values.instance_no,
        form_values.area_scope,
        form_values.amount_yuan,
        form_values.precision_yuan,
        coalesce(forms.form_fiscal_year, documents.fiscal_year) as fiscal_year,
        {{ government_fund('form_values.form_id') }}
        || '_'
        || {{ government_side('form_values.form_id') }} as topic,
        {{ measure_in_report('form_values.measure') }} as measure
    from form_values
    inner join documents
        on form_values.document_id = documents.document_id
    inner join forms
        on
            form_values.document_id = forms.document_id
            and form_values.form_id = forms.form_id
            and form_values.instance_no = forms.instance_no
    where
        form_values.line_code in ('TOTAL', 'whole_area_total')
        and form_values.amount_yuan > 0
        and form_values.measure in ('budget', 'adjusted', 'executed', 'final')
        and form_values.form_id not like '%_by_economic'
        and form_values.form_id not like 'government_transfers_%'

)

select * from totals
