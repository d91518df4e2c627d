with

findings as (

    select * from {{ ref('int_finding__placed') }}

),

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

current_values as (

    select * from {{ ref('int_form_value__selected') }}

),

-- each located finding of one wrong figure to that figure
blamed as (

    select
        findings.finding_id,
        form_values.document_id,
        form_values.department_id,
        form_values.fiscal_year,
        form_values.phase,
        form_values.form_id,
        form_values.line_side,
        form_values.qualifier,
        form_values.measure,
        form_values.amount_yuan,
        coalesce(form_values.reporting_scope, 'department') as scope,
        coalesce(form_values.line_code, form_values.line_label) as line_name
    from findings
    inner join form_values
        on findings.value_ids[1] = form_values.value_id
    where
        findings.is_located
        and findings.proposed_yuan is not null
        and findings.cause in ('misread', 'publisher_arithmetic')
        and form_values.amount_yuan <> 0

),

-- the same line with the same figure a year before, else a year after
stale_copies as (

    select
        blamed.finding_id,
        current_values.fiscal_year as copied_year,
        current_values.phase as copied_phase
    from blamed
    inner join current_values
        on
            blamed.department_id = current_values.department_id
            and blamed.phase = current_values.phase
            and blamed.form_id = current_values.form_id
            and blamed.measure = current_values.measure
            and blamed.amount_yuan = current_values.amount_yuan
            and blamed.line_name
            = coalesce(current_values.line_code, current_values.line_label)
            and blamed.scope
            = coalesce(current_values.reporting_scope, 'department')
            and blamed.line_side is not distinct from current_values.line_side
            and blamed.qualifier is not distinct from current_values.qualifier
    where abs(blamed.fiscal_year - current_values.fiscal_year) = 1
    qualify
        row_number() over (
            partition by blamed.finding_id
            order by current_values.fiscal_year, current_values.value_id
        ) = 1

),

-- each finding to at most one year whose figure stands there
explained as (

    select
        findings.finding_id,
        findings.document_id,
        findings.cause as reported_cause,
        findings.severity,
        findings.form_id,
        findings.instance_no,
        findings.page_no,
        findings.row_no,
        findings.col_no,
        findings.line_code,
        findings.line_label,
        findings.measure,
        findings.is_located,
        findings.difference_yuan,
        findings.proposed_yuan,
        findings.value_ids,
        findings.check_ids,
        findings.department_id,
        findings.region_code,
        findings.fiscal_year,
        findings.phase,
        findings.reporting_scope,
        case
            when stale_copies.finding_id is not null then 'stale_copy'
            else findings.cause
        end as cause,
        concat(
            findings.sentence_zh,
            '此处印的正是' || stale_copies.copied_year || '年度'
            || {{ phase_zh('stale_copies.copied_phase') }}
            || '同一行的数，应系沿用未改。'
        ) as sentence_zh,
        concat(
            findings.sentence_en,
            ' The figure of ' || stale_copies.copied_year
            || ' stands here: the ' || {{ phase_en('stale_copies.copied_phase') }}
            || ' of that year print the same in this line.'
        ) as sentence_en
    from findings
    left join stale_copies
        on findings.finding_id = stale_copies.finding_id

)

select * from explained
