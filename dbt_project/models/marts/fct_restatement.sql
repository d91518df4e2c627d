with

restated as (

    select * from {{ ref('int_form_value__restated') }}

),

described as (

    select
        document_id,
        replaced_document_id,
        disclosure_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        line_side,
        line_code,
        line_label,
        qualifier,
        measure,
        reporting_unit,
        change_kind,
        replaced_amount_yuan,
        amount_yuan,
        cast(
            coalesce(amount_yuan, 0) - coalesce(replaced_amount_yuan, 0)
            as decimal(20, 2)
        ) as difference_yuan,
        replaced_reported_text,
        replaced_reported_unit,
        reported_text,
        reported_unit,
        replaced_page_no,
        replaced_row_no,
        page_no,
        row_no,
        replaced_value_id,
        value_id,
        left(
            md5(
                concat_ws(
                    '|', replaced_document_id, document_id,
                    coalesce(replaced_value_id, '-'), coalesce(value_id, '-')
                )
            ),
            20
        ) as restatement_id
    from restated

)

select * from described
order by replaced_document_id, form_id, line_code, line_label, measure, restatement_id
