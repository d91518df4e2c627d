with

facts as (

    select * from {{ ref('int_narrative_fact__placed') }}

),

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

-- institutions and staff as the sentences state them, in the words of the document
told_in_sentences as (

    select
        fact_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        topic as staffing_kind,
        cast(null as varchar) as staff_class,
        line_label,
        cast(count_value as integer) as headcount,
        reported_text,
        reported_unit,
        sentence,
        cast(null as varchar) as form_id,
        page_no,
        line_no
    from facts
    where
        topic like 'staffing_%'
        and count_value is not null
        and measure in ('persons', 'units')
        and count_value = trunc(count_value)

),

-- the table of a budget book: a line per unit, and one that adds them up
printed_in_tables as (

    select
        value_id as fact_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        case
            when measure like 'posts_%' then 'staffing_established'
            when measure like 'staff_%' then 'staffing_actual'
            else 'staffing_retired'
        end as staffing_kind,
        regexp_replace(measure, '^(posts|staff)_', '') as staff_class,
        line_label,
        cast(count_value as integer) as headcount,
        reported_text,
        reported_unit,
        reported_line as sentence,
        form_id,
        page_no,
        row_no as line_no
    from form_values
    where
        form_id = 'department_profile'
        and measure != 'vehicle_posts'
        and count_value = trunc(count_value)
        and is_current_upload
        and instance_no = 1

),

stacked as (

    select * from told_in_sentences
    union all
    select * from printed_in_tables

)

select * from stacked
order by
    region_code,
    department_id,
    fiscal_year,
    document_id,
    page_no,
    line_no,
    fact_id
