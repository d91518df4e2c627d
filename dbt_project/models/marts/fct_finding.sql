with

findings as (

    select * from {{ ref('int_finding__explained') }}

),

crossed as (

    select * from {{ ref('int_finding__crossed') }}

),

code_names as (

    select * from {{ ref('fct_code_name') }}

),

-- a printed pair that the list of its year contradicts; the sums have no part in it
misnamed_codes as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        'code_name_conflict' as cause,
        'warning' as severity,
        form_id,
        instance_no,
        page_no,
        row_no,
        cast(null as integer) as col_no,
        line_code,
        printed_name as line_label,
        cast(null as varchar) as measure,
        true as is_located,
        cast(null as decimal(20, 2)) as difference_yuan,
        cast(null as decimal(20, 2)) as proposed_yuan,
        value_ids,
        cast([] as varchar[]) as check_ids,
        'code_name_conflict' as reported_cause,
        left(
            md5(concat_ws('|', 'code', document_id, line_code, printed_name)), 16
        ) as finding_id,
        concat(
            '编码', line_code, coalesce('在清单中为“' || listed_name || '”', '不在清单中'),
            '，此处印为“', printed_name, '”',
            coalesce('，该名称在清单中的编码为' || named_code, ''),
            '。清单为整理所得，非官方发布。'
        ) as sentence_zh,
        concat(
            'Code ', line_code,
            coalesce(' is listed as ' || listed_name, ' is in no list'),
            ', here it is printed as ', printed_name,
            coalesce(', the listed name of ' || named_code, ''),
            '. The lists are compiled, not official.'
        ) as sentence_en
    from code_names
    where verdict in ('conflict', 'unknown_code')

),

all_findings as (

    select * from findings
    union all by name
    select * from crossed
    union all by name
    select * from misnamed_codes

),

described as (

    select
        finding_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        cause,
        severity,
        form_id,
        instance_no,
        page_no,
        row_no,
        col_no,
        line_code,
        line_label,
        measure,
        is_located,
        difference_yuan,
        proposed_yuan,
        value_ids,
        check_ids,
        sentence_zh,
        sentence_en,
        reported_cause
    from all_findings

)

select * from described
order by region_code, department_id, fiscal_year, document_id, finding_id
