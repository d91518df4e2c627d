with

facts as (

    select * from {{ ref('int_narrative_fact__placed') }}

),

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

rules as (

    select * from {{ ref('int_rule__listed') }}

),

amounts as (

    select
        facts.*,
        documents.forms_found,
        coalesce(facts.reporting_scope, 'department') as scope
    from facts
    inner join documents
        on facts.document_id = documents.document_id
    where
        documents.is_current_upload
        and facts.department_id is not null
        and facts.amount_yuan is not null

),

-- whose tables a fact is held to: those of another file of the year, where it has none
-- of its own (Python holds it to its own); last year's; the budget's of the year
facts_with_year as (

    select
        *,
        fiscal_year as table_year,
        phase as table_phase,
        measure as rule_measure,
        cast(null as varchar) as yearly_rule_id
    from amounts
    where forms_found = 0 and not is_derived and reference_year = fiscal_year
    union all
    select
        *,
        reference_year as table_year,
        phase as table_phase,
        measure as rule_measure,
        'prior_year_as_disclosed' as yearly_rule_id
    from amounts
    where reference_year = fiscal_year - 1
    union all
    select
        *,
        fiscal_year as table_year,
        'budget' as table_phase,
        'budget' as rule_measure,
        'initial_budget_as_disclosed' as yearly_rule_id
    from amounts
    where
        measure = 'initial_budget'
        and phase = 'final_accounts'
        and reference_year = fiscal_year

),

-- many facts to many rules; of one line said twice the first
facts_under_rules as (

    select
        facts_with_year.*,
        rules.rule_id as table_rule_id,
        coalesce(facts_with_year.yearly_rule_id, rules.rule_id) as rule_id,
        concat(
            coalesce(facts_with_year.line_code, facts_with_year.topic),
            case
                when facts_with_year.yearly_rule_id is not null
                    then ' (' || rules.rule_id || ')'
            end
        ) as instance_label
    from facts_with_year
    inner join rules
        on
            facts_with_year.rule_measure = rules.sentence_measure
            and list_contains(rules.sentence_topics, facts_with_year.topic)
            and list_contains(rules.phases, facts_with_year.table_phase)
    where
        len(rules.sentence_sections) = 0
        or list_contains(rules.sentence_sections, facts_with_year.section)
    qualify
        row_number() over (
            partition by
                facts_with_year.document_id, facts_with_year.yearly_rule_id,
                rules.rule_id,
                coalesce(facts_with_year.line_code, facts_with_year.topic)
            order by facts_with_year.fact_order
        ) = 1

),

sides_unnested as (

    select
        rule_id,
        unnest(table_sides) as side
    from rules

),

table_sides as (

    select
        rule_id as table_rule_id,
        side['alternative'] as preference,
        side['form_id'] as table_form_id,
        side['line_side'] as table_side,
        side['codes'] as table_codes,
        side['roles'] as table_roles,
        side['measure'] as table_measure
    from sides_unnested

),

-- the lines of each table that nothing but their code or role tells apart
lines_of_tables as (

    select
        *,
        coalesce(reporting_scope, 'department') as scope,
        coalesce(line_code, line_role) as line_key
    from form_values
    where
        amount_yuan is not null
        and department_id is not null
        and not has_unit_finding
        and instance_no = 1
        and coalesce(line_code, line_role) is not null
    qualify
        count(*) over (
            partition by
                document_id, form_id, line_side, coalesce(line_code, line_role), measure
        ) = 1

),

-- each fact to the table of one file, once for each alternative of the rule
matched as (

    select
        facts_under_rules.document_id,
        facts_under_rules.fact_id,
        facts_under_rules.rule_id,
        facts_under_rules.table_rule_id,
        facts_under_rules.instance_label,
        facts_under_rules.measure,
        facts_under_rules.amount_yuan,
        facts_under_rules.reported_precision,
        table_sides.preference,
        lines_of_tables.document_id as other_document_id,
        sum(lines_of_tables.amount_yuan) as table_yuan,
        sum(lines_of_tables.precision_yuan) as table_precision_yuan,
        list(lines_of_tables.value_id order by lines_of_tables.line_key)
            as table_value_ids
    from facts_under_rules
    inner join table_sides
        on facts_under_rules.table_rule_id = table_sides.table_rule_id
    inner join lines_of_tables
        on
            facts_under_rules.department_id = lines_of_tables.department_id
            and facts_under_rules.scope = lines_of_tables.scope
            and facts_under_rules.table_year = lines_of_tables.fiscal_year
            and facts_under_rules.table_phase = lines_of_tables.phase
            and table_sides.table_form_id = lines_of_tables.form_id
            and table_sides.table_measure = lines_of_tables.measure
            and coalesce(table_sides.table_side, lines_of_tables.line_side)
            is not distinct from lines_of_tables.line_side
    where
        list_contains(table_sides.table_codes, lines_of_tables.line_code)
        or list_contains(table_sides.table_roles, lines_of_tables.line_role)
        or (
            len(table_sides.table_codes) + len(table_sides.table_roles) = 0
            and facts_under_rules.line_code = lines_of_tables.line_code
        )
    group by all

),

judged as (

    select
        *,
        abs(amount_yuan - table_yuan)
        <= (reported_precision + table_precision_yuan) * 0.5 as is_held,
        min(other_document_id) over said as first_document_id,
        max(other_document_id) over said as last_document_id
    from matched
    window said as (partition by document_id, rule_id, instance_label)

),

-- of two current files nobody knows which is meant; of two alternatives the one that
-- holds counts, else the first
told_once as (

    select * from judged
    where first_document_id = last_document_id
    qualify
        row_number() over (
            partition by document_id, rule_id, instance_label
            order by is_held desc, table_rule_id asc, preference asc
        ) = 1

),

paired as (

    select
        rule_id,
        document_id,
        other_document_id,
        instance_label,
        measure,
        amount_yuan as left_yuan,
        reported_precision as left_precision_yuan,
        table_yuan as right_yuan,
        table_precision_yuan as right_precision_yuan,
        table_value_ids as right_value_ids,
        'narrative' as form_id,
        1 as instance_no,
        false as is_side_empty,
        [fact_id] as left_value_ids
    from told_once

)

select * from paired
