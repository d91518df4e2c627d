with

forms as (

    select * from {{ ref('int_form__placed') }}

),

described as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        instance_no,
        form_title,
        form_no,
        status,
        reported_unit,
        unit_evidence,
        number_count,
        blank_count,
        dash_count,
        none_word_count,
        unreadable_count,
        proven_count,
        consistent_count,
        unproven_count,
        contradictory_count,
        empty_note,
        is_repeat,
        method,
        page_no,
        line_no,
        token_count,
        explained_count,
        unexplained_count,
        reporting_unit,
        reporting_unit_code,
        cast(
            explained_count / nullif(token_count, 0) as decimal(9, 6)
        ) as explained_share
    from forms

)

select * from described
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    form_id,
    instance_no
