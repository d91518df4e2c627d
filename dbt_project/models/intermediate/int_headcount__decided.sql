with

facts as (

    select * from {{ ref('int_narrative_fact__placed') }}

),

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

-- persons in post as a sentence states them; of which (其中) is not told apart, so a
-- document that states two numbers has none
told_in_sentences as (

    select
        document_id,
        min(count_value) as headcount
    from facts
    where
        topic = 'staffing_actual'
        and measure = 'persons'
        and regexp_matches(line_label, '在职|实有|现有|职工')
        and not regexp_matches(line_label, '退|离|临时|聘')
    group by document_id
    having count(distinct count_value) = 1

),

-- the table of a budget book: its line that adds the units up, else its only line
staff_lines as (

    select
        document_id,
        line_label,
        line_role,
        sum(count_value) as headcount
    from form_values
    where
        form_id = 'department_profile'
        and measure like 'staff\_%' escape '\'
        and is_current_upload
        and instance_no = 1
        and reporting_unit is null
    group by document_id, line_label, line_role

),

printed_in_tables as (

    select
        document_id,
        case
            when count(*) = 1 then min(headcount)
            else min(headcount) filter (where regexp_matches(line_label, '合计|总计'))
        end as headcount
    from staff_lines
    group by document_id

),

-- at most one number a document: the table's before the sentence's
decided as (

    select
        cast(
            coalesce(printed_in_tables.headcount, told_in_sentences.headcount)
            as integer
        ) as headcount,
        coalesce(printed_in_tables.document_id, told_in_sentences.document_id)
            as document_id
    from printed_in_tables
    full join told_in_sentences
        on printed_in_tables.document_id = told_in_sentences.document_id

)

select * from decided
where headcount > 0
