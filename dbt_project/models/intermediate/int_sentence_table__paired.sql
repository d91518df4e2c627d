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

-- what Python holds to the tables beside it is left out: a file with forms of its own
facts_without_tables as (

    select
        facts.*,
        coalesce(facts.reporting_scope, 'department') as scope
    from facts
    inner join documents
        on facts.document_id = documents.document_id
    where
        documents.forms_found = 0
        and documents.is_current_upload
        and facts.department_id is not null
        and facts.amount_yuan is not null
        and not facts.is_derived
        and facts.reference_year = facts.fiscal_year

),

-- many facts to many rules; of one line said twice the first
facts_under_rules as (

    select
        facts_without_tables.*,
        rules.rule_id,
        rules.table_form_id,
        rules.table_measure,
        coalesce(facts_without_tables.line_code, facts_without_tables.topic)
            as instance_label,
        case
            when len(rules.table_codes) > 0 then rules.table_codes
            else [facts_without_tables.line_code]
        end as table_codes
    from facts_without_tables
    inner join rules
        on
            facts_without_tables.measure = rules.sentence_measure
            and list_contains(rules.sentence_topics, facts_without_tables.topic)
            and list_contains(rules.phases, facts_without_tables.phase)
    where
        len(rules.sentence_sections) = 0
        or list_contains(rules.sentence_sections, facts_without_tables.section)
    qualify
        row_number() over (
            partition by
                facts_without_tables.document_id, rules.rule_id,
                coalesce(facts_without_tables.line_code, facts_without_tables.topic)
            order by facts_without_tables.fact_order
        ) = 1

),

-- the lines of each table that carry the codes, in one current file of the department
lines_of_tables as (

    select
        document_id,
        department_id,
        fiscal_year,
        phase,
        form_id,
        line_code,
        measure,
        coalesce(reporting_scope, 'department') as scope,
        sum(amount_yuan) as amount_yuan,
        sum(precision_yuan) as precision_yuan,
        list(value_id order by value_id) as value_ids
    from form_values
    where
        amount_yuan is not null
        and department_id is not null
        and not has_unit_finding
        and instance_no = 1
    group by all
    having count(*) = 1

),

-- each fact to at most one table: of two current files nobody knows which is meant
matched as (

    select
        facts_under_rules.*,
        lines_of_tables.document_id as other_document_id,
        sum(lines_of_tables.amount_yuan) as table_yuan,
        sum(lines_of_tables.precision_yuan) as table_precision_yuan,
        flatten(
            list(lines_of_tables.value_ids order by lines_of_tables.line_code)
        ) as table_value_ids
    from facts_under_rules
    inner join lines_of_tables
        on
            facts_under_rules.department_id = lines_of_tables.department_id
            and facts_under_rules.scope = lines_of_tables.scope
            and facts_under_rules.fiscal_year = lines_of_tables.fiscal_year
            and facts_under_rules.phase = lines_of_tables.phase
            and facts_under_rules.table_form_id = lines_of_tables.form_id
            and facts_under_rules.table_measure = lines_of_tables.measure
            and list_contains(
                facts_under_rules.table_codes, lines_of_tables.line_code
            )
    group by all

),

told_once as (

    select * from matched
    qualify count(*) over (partition by document_id, rule_id, instance_label) = 1

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
