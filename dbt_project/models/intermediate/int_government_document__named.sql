with

totals as (

    select * from {{ ref('int_government_total__printed') }}

),

documents as (

    select * from {{ ref('int_document__identified') }}

),

reported as (

    select * from {{ ref('int_government_total__reported') }}

),

-- totals to the one document they stand in, where it names no government
totals_unnamed as (

    select
        totals.*,
        count(*) over (partition by totals.document_id) as key_count
    from totals
    inner join documents
        on totals.document_id = documents.document_id
    where documents.department_id is null

),

-- many totals to many reports that speak of the same fund, side and measure: a year or
-- an area that the table says must be the sentence's
totals_compared as (

    select
        totals_unnamed.document_id,
        totals_unnamed.form_id,
        totals_unnamed.instance_no,
        totals_unnamed.amount_yuan,
        totals_unnamed.precision_yuan,
        totals_unnamed.key_count,
        totals_unnamed.topic,
        reported.document_id as companion_document_id,
        reported.department_id,
        reported.department_name,
        reported.department_type,
        reported.region_code,
        reported.fiscal_year,
        bool_or(totals_unnamed.amount_yuan = reported.amount_yuan) as is_named
    from totals_unnamed
    inner join reported
        on
            totals_unnamed.topic = reported.topic
            and totals_unnamed.measure = reported.measure
            and coalesce(totals_unnamed.fiscal_year = reported.fiscal_year, true)
            and coalesce(totals_unnamed.area_scope = reported.area_scope, true)
    group by all

),

-- a total of five digits and more is no chance; one that the report gives otherwise
-- denies the match
candidates as (

    select
        document_id,
        companion_document_id,
        department_id,
        department_name,
        department_type,
        region_code,
        fiscal_year,
        key_count,
        count(*) filter (where is_named) as match_count,
        bool_or(
            is_named
            and amount_yuan >= {{ var('report_figure_digits') }} * precision_yuan
        ) as is_telling,
        bool_or(not is_named) as is_denied
    from totals_compared
    group by all

),

-- one government and one year, or none; several reports may name them
ranked as (

    select
        *,
        min(department_id) over document
        = max(department_id) over document
        and min(fiscal_year) over document
        = max(fiscal_year) over document as is_one_budget,
        row_number() over (
            partition by document_id
            order by match_count desc, companion_document_id asc
        ) as match_rank
    from candidates
    where is_telling and not is_denied
    window document as (partition by document_id)

),

named as (

    select
        document_id,
        companion_document_id,
        department_id,
        department_name,
        department_type,
        region_code,
        fiscal_year,
        match_count,
        key_count
    from ranked
    where match_rank = 1 and is_one_budget

)

select * from named
