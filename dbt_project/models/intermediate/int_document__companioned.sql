with

documents as (

    select * from {{ ref('stg_lake__document') }}

),

form_values as (

    select * from {{ ref('stg_lake__value') }}

),

mentions as (

    select * from {{ ref('stg_lake__mention') }}

),

counts as (

    select * from {{ ref('int_document__counted') }}

),

-- the figures a narrative repeats: totals, basic and project, personnel and public
key_figures as (

    select
        form_values.document_id,
        form_values.amount_yuan
    from form_values
    inner join documents
        on form_values.document_id = documents.document_id
    where
        documents.department_id is null
        and form_values.cell_kind = 'number'
        and form_values.amount_yuan > 0
        and (
            form_values.line_code in ('TOTAL', 'total')
            or form_values.line_label in ('总计', '收入总计', '支出总计')
        )
    group by all

),

key_figures_ranked as (

    select
        document_id,
        amount_yuan,
        count(*) over (partition by document_id) as key_count,
        max(amount_yuan) over (partition by document_id) as largest_yuan
    from key_figures

),

-- a companion names its body and prints no form
companions as (

    select documents.*
    from documents
    left join counts
        on documents.document_id = counts.document_id
    where
        documents.department_id is not null
        and documents.status = 'loaded'
        and coalesce(counts.number_count, 0) = 0

),

amounts_mentioned as (

    select
        document_id,
        amount_yuan
    from mentions
    group by all

),

-- many key figures to many narratives that name them
matches as (

    select
        key_figures_ranked.document_id,
        companions.document_id as companion_document_id,
        companions.department_id,
        companions.department_name,
        companions.department_type,
        companions.region_code,
        companions.fiscal_year,
        any_value(key_figures_ranked.key_count) as key_count,
        count(*) as match_count
    from key_figures_ranked
    inner join amounts_mentioned
        on key_figures_ranked.amount_yuan = amounts_mentioned.amount_yuan
    inner join companions
        on amounts_mentioned.document_id = companions.document_id
    group by all
    having
        count(*) >= {{ var('companion_figures') }}
        and bool_or(
            key_figures_ranked.amount_yuan = key_figures_ranked.largest_yuan
        )

),

matches_ranked as (

    select
        *,
        row_number() over best_first as match_rank,
        count(distinct department_id) over (
            partition by document_id, match_count
        ) as departments_with_this_count
    from matches
    window best_first as (
        partition by document_id
        order by match_count desc, companion_document_id asc
    )

),

-- two bodies that fit equally well leave the document without one
companioned as (

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
    from matches_ranked
    where match_rank = 1 and departments_with_this_count = 1

)

select * from companioned
