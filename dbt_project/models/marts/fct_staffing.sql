with

facts as (

    select * from {{ ref('int_narrative_fact__placed') }}

),

-- institutions and staff as the sentences state them, in the words of the document
staffing as (

    select
        fact_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        topic as staffing_kind,
        line_label,
        cast(count_value as integer) as headcount,
        reported_text,
        reported_unit,
        sentence,
        page_no,
        line_no
    from facts
    where
        topic like 'staffing_%'
        and count_value is not null
        and measure in ('persons', 'units')
        and count_value = trunc(count_value)

)

select * from staffing
order by document_id, page_no, line_no, fact_id
