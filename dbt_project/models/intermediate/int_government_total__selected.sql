with

government_values as (

    select * from {{ ref('int_government_value__placed') }}

),

reported as (

    select * from {{ ref('int_government_total__reported') }}

),

-- what is planned, or what became of it, by class and in total; of an outturn's table
-- the opening budget is the year's budget too
amounts as (

    select
        *,
        coalesce(area_scope, 'unstated') as area,
        case measure when 'budget' then 'budget' else 'final_accounts' end
            as amount_phase,
        form_id like '%_by_function' as is_coded_form
    from government_values
    where
        line_side = 'expenditure'
        and government_line_kind = 'function'
        and measure in ('budget', 'final', 'executed')
        and (line_code = 'TOTAL' or regexp_full_match(line_code, '[0-9]{3}'))
        and region_code is not null
        and fiscal_year is not null

),

-- a class printed in two lines of a form is their sum
summed as (

    select
        region_code,
        department_id,
        fiscal_year,
        amount_phase,
        phase,
        fund,
        area,
        line_code,
        measure,
        document_id,
        form_id,
        instance_no,
        is_coded_form,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        sum(precision_yuan) as precision_yuan,
        {{ weakest_grade('grade') }} as grade,
        list(value_id order by value_id) as value_ids
    from amounts
    group by all

),

-- final accounts before an outturn that is not final yet, a budget from a budget's own
-- table, codes before names, sums that hold before sums that break
ranked as (

    select
        *,
        count(*) over sources as source_count,
        min(amount_yuan) over sources as least_yuan,
        max(amount_yuan) over sources as most_yuan,
        max(precision_yuan) over sources as coarsest_yuan,
        row_number() over (
            partition by region_code, fiscal_year, amount_phase, fund, area, line_code
            order by
                measure = 'executed' asc,
                phase = amount_phase desc,
                grade = 'contradictory' asc,
                is_coded_form desc,
                document_id asc,
                instance_no asc
        ) as source_rank
    from summed
    window
        sources as (
            partition by
                region_code, fiscal_year, amount_phase, fund, area, line_code, measure
        )

),

-- one amount a report names for the same total, where all reports agree
reported_once as (

    select
        region_code,
        fiscal_year,
        area_scope,
        topic,
        measure,
        min(amount_yuan) as reported_yuan
    from reported
    group by region_code, fiscal_year, area_scope, topic, measure
    having min(amount_yuan) = max(amount_yuan)

),

-- each total to at most one amount that the report names
selected as (

    select
        ranked.region_code,
        ranked.fiscal_year,
        ranked.amount_phase as phase,
        ranked.fund,
        ranked.area as area_scope,
        ranked.line_code as function_code,
        ranked.measure,
        ranked.amount_yuan,
        ranked.value_ids,
        ranked.document_id,
        ranked.form_id as source_form_id,
        ranked.grade,
        cast(ranked.source_count as integer) as source_count,
        reported_once.reported_yuan,
        ranked.most_yuan - ranked.least_yuan > ranked.coarsest_yuan / 2
        or coalesce(
            abs(reported_once.reported_yuan - ranked.amount_yuan)
            > ranked.precision_yuan / 2,
            false
        ) as is_disputed
    from ranked
    left join reported_once
        on
            ranked.line_code = 'TOTAL'
            and ranked.region_code = reported_once.region_code
            and ranked.fiscal_year = reported_once.fiscal_year
            and ranked.area = reported_once.area_scope
            and ranked.fund || '_expenditure' = reported_once.topic
            and {{ measure_in_report('ranked.measure') }} = reported_once.measure
    where ranked.source_rank = 1

)

select * from selected
