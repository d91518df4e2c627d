with

facts as (

    select * from {{ ref('int_narrative_fact__placed') }}

),

described as (

    select
        fact_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        section,
        topic,
        measure,
        line_code,
        line_label,
        basis,
        reference_year,
        amount_yuan,
        rate_percent,
        count_value,
        reported_text,
        reported_unit,
        reported_precision,
        reason,
        sentence,
        page_no,
        line_no,
        bbox,
        fact_order,
        is_derived,
        derived_from,
        reading_doubt,
        grade
    from facts

)

select * from described
order by region_code, department_id, fiscal_year, document_id, fact_order
