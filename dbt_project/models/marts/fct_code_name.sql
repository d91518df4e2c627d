with

form_values as (

    select * from {{ ref('int_form_value__placed') }}

),

functions as (

    select * from {{ ref('ref_function') }}

),

department_classes as (

    select * from {{ ref('ref_economic_department') }}

),

government_classes as (

    select * from {{ ref('ref_economic_government') }}

),

listed_codes as (

    select
        'function' as classification,
        *
    from functions
    union all
    select
        'economic_department' as classification,
        *
    from department_classes
    union all
    select
        'economic_government' as classification,
        *
    from government_classes

),

listed as (

    select
        classification,
        code,
        name,
        coalesce(valid_from, 0) as first_year,
        coalesce(valid_to, 9999) as last_year,
        {{ name_key('name') }} as name_key
    from listed_codes

),

-- one row for each code and name as a document prints them together
printed as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        min(reporting_scope) as reporting_scope,
        case left(line_code, 1)
            when '2' then 'function'
            when '3' then 'economic_department'
            when '5' then 'economic_government'
        end as classification,
        line_code,
        line_label as printed_name,
        {{ name_key('line_label') }} as name_key,
        min(form_id) as form_id,
        min(instance_no) as instance_no,
        min(page_no) as page_no,
        min(row_no) as row_no,
        cast(count(*) as integer) as value_count,
        list(value_id order by page_no, row_no, col_no, value_id)[:20] as value_ids
    from form_values
    where
        regexp_full_match(line_code, '[235][0-9]{2}([0-9]{2}){0,2}')
        and is_current_upload
        and line_role is null
        and line_label is not null
        and {{ name_key('line_label') }} != ''
    group by
        document_id, department_id, region_code, fiscal_year, phase, line_code,
        line_label

),

-- what the lists say of the printed code: at most one row for each printed name
codes_looked_up as (

    select
        printed.document_id,
        printed.classification,
        printed.line_code,
        printed.printed_name,
        bool_or(printed.name_key = listed.name_key) as is_listed_name,
        bool_or(
            printed.name_key = listed.name_key
            and coalesce(printed.fiscal_year, listed.first_year)
            between listed.first_year and listed.last_year
        ) as is_name_of_year,
        bool_or(
            coalesce(printed.fiscal_year, listed.first_year)
            between listed.first_year and listed.last_year
        ) as is_code_of_year,
        max(jaro_winkler_similarity(printed.name_key, listed.name_key))
            as similarity,
        bool_or(
            contains(printed.name_key, listed.name_key)
            or contains(listed.name_key, printed.name_key)
        ) as is_part,
        arg_max(
            listed.name,
            case
                when
                    coalesce(printed.fiscal_year, 9998)
                    between listed.first_year and listed.last_year
                    then 10000
                else listed.first_year
            end
        ) as listed_name
    from printed
    inner join listed
        on
            printed.classification = listed.classification
            and printed.line_code = listed.code
    group by
        printed.document_id, printed.classification, printed.line_code,
        printed.printed_name

),

-- the codes of the same level whose listed name is the printed one: at most one row
names_looked_up as (

    select
        printed.document_id,
        printed.classification,
        printed.line_code,
        printed.printed_name,
        bool_or(printed.classification = listed.classification)
            as is_in_classification,
        case
            when count(distinct listed.code) = 1 then min(listed.code)
            else min(listed.code) filter (
                where left(listed.code, 5) = left(printed.line_code, 5)
            )
        end as named_code
    from printed
    inner join listed
        on
            printed.name_key = listed.name_key
            and len(printed.line_code) = len(listed.code)
            and printed.line_code != listed.code
    group by
        printed.document_id, printed.classification, printed.line_code,
        printed.printed_name

),

judged as (

    select
        printed.*,
        codes_looked_up.listed_name,
        names_looked_up.named_code,
        case
            when codes_looked_up.line_code is null then 'unknown_code'
            when codes_looked_up.is_name_of_year then 'match'
            when codes_looked_up.is_listed_name then 'other_year'
            when names_looked_up.is_in_classification then 'conflict'
            when
                codes_looked_up.is_part
                or codes_looked_up.similarity
                >= {{ var('like_name_similarity') }}
                then 'variant'
            else 'unlisted_name'
        end as verdict,
        codes_looked_up.line_code is not null
        and not codes_looked_up.is_code_of_year as is_outside_years
    from printed
    left join codes_looked_up
        on
            printed.document_id = codes_looked_up.document_id
            and printed.classification = codes_looked_up.classification
            and printed.line_code = codes_looked_up.line_code
            and printed.printed_name = codes_looked_up.printed_name
    left join names_looked_up
        on
            printed.document_id = names_looked_up.document_id
            and printed.classification = names_looked_up.classification
            and printed.line_code = names_looked_up.line_code
            and printed.printed_name = names_looked_up.printed_name

),

described as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        classification,
        line_code,
        printed_name,
        verdict,
        listed_name,
        named_code,
        is_outside_years,
        form_id,
        instance_no,
        page_no,
        row_no,
        value_count,
        value_ids
    from judged

)

select * from described
order by document_id, classification, line_code, printed_name
