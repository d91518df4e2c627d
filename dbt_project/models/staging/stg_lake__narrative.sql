with

lake_narrative as (

    select * from {{ source('lake', 'narrative') }}

),

renamed as (

    select
        -- keys
        fact_id,
        document_id,
        derived_from,

        -- labels
        section,
        topic,
        measure,
        line_code,
        line_label,
        basis,
        reported_text,
        reported_unit,
        reason,
        sentence,
        grade,
        doubt as reading_doubt,
        is_derived,
        bbox,

        -- amounts
        cast(amount_yuan as decimal(20, 2)) as amount_yuan,
        cast(rate_percent as decimal(20, 6)) as rate_percent,
        cast(count_value as decimal(20, 2)) as count_value,
        cast(precision as decimal(20, 6)) as reported_precision,

        -- dates
        cast(reference_year as integer) as reference_year,

        -- provenance
        cast(page_no as integer) as page_no,
        cast(line_no as integer) as line_no,
        cast(fact_order as integer) as fact_order
    from lake_narrative

)

select * from renamed
