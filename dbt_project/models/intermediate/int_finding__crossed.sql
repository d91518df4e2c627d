with

outcomes as (

    select * from {{ ref('int_reconciliation__crossed') }}

),

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

facts as (

    select * from {{ ref('int_narrative_fact__placed') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

form_catalogue as (

    select * from {{ ref('int_form_catalogue__listed') }}

),

rules as (

    select * from {{ ref('int_rule__listed') }}

),

-- where a figure of either side stands: in a form, or in a sentence
places as (

    select
        document_id,
        value_id,
        page_no,
        row_no,
        line_code,
        line_label
    from form_values
    union all by name
    select
        document_id,
        fact_id as value_id,
        page_no,
        line_no as row_no,
        line_code,
        line_label
    from facts

),

breaks as (

    select
        *,
        left_value_ids || right_value_ids as value_ids
    from outcomes
    where outcome = 'break'

),

-- each break to its one figure in its own document, and to one document of the other
breaks_placed as (

    select
        breaks.*,
        places.page_no,
        places.row_no,
        places.line_code,
        places.line_label,
        rules.severity,
        rules.name_zh,
        rules.name_en,
        concat(
            form_catalogue.name_zh,
            '第' || places.page_no || '页',
            '第' || places.row_no || '行“', places.line_label, '”'
        ) as place_zh,
        concat(
            breaks.form_id, ', ',
            'page ' || places.page_no || ', ',
            'row ' || places.row_no || ': “', places.line_label, '”'
        ) as place_en,
        concat(
            {{ yuan_text('breaks.left_yuan') }},
            case breaks.relation when '=' then ' ≠ ' else ' > ' end,
            {{ yuan_text('breaks.right_yuan') }}
        ) as both_sides,
        {{ yuan_text('breaks.difference_yuan') }} as difference_text,
        concat(
            other_documents.department_name, other_documents.fiscal_year, '年度',
            {{ phase_zh('other_documents.phase') }}
        ) as other_zh,
        concat(
            {{ phase_en('other_documents.phase') }},
            ' of ', other_documents.fiscal_year, ' (',
            other_documents.department_name, ')'
        ) as other_en
    from breaks
    inner join places
        on
            breaks.document_id = places.document_id
            and list_contains(breaks.value_ids, places.value_id)
    inner join documents as other_documents
        on breaks.other_document_id = other_documents.document_id
    inner join form_catalogue
        on breaks.form_id = form_catalogue.form_id
    inner join rules
        on breaks.rule_id = rules.rule_id

),

-- which side is wrong stays open: nothing is located, nothing proposed
worded as (

    select
        document_id,
        severity,
        form_id,
        instance_no,
        page_no,
        row_no,
        cast(null as integer) as col_no,
        line_code,
        line_label,
        measure,
        false as is_located,
        difference_yuan,
        cast(null as decimal(20, 2)) as proposed_yuan,
        value_ids,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        case rule_id
            when 'size_of_last_year' then 'unit'
            else 'publisher_arithmetic'
        end as cause,
        case rule_id
            when 'size_of_last_year' then 'unit'
            else 'publisher_arithmetic'
        end as reported_cause,
        left(md5('finding|' || check_id), 16) as finding_id,
        [check_id] as check_ids,
        concat(
            place_zh, '：', name_zh, '不成立（', both_sides, '），相差',
            difference_text, '元；另一数见', other_zh,
            '。差错更正、机构变动或预算调整亦可致不等。'
        ) as sentence_zh,
        concat(
            place_en, ': this does not hold: ', name_en, ' (', both_sides, '), ',
            difference_text, ' yuan apart; the other figure stands in the ',
            other_en,
            '. A correction, a reorganisation or an adjusted budget may explain it.'
        ) as sentence_en
    from breaks_placed

)

select * from worded
