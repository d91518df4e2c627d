with

documents as (

    select * from {{ ref('int_document__identified') }}
    -- a government's budget names no department: int_government_document__named
    where reporting_scope is distinct from 'government'

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
totals as (

    select
        document_id,
        amount_yuan
    from form_values
    where
        cell_kind = 'number'
        and amount_yuan > 0
        and (
            line_code in ('TOTAL', 'total')
            or line_label in ('总计', '收入总计', '支出总计')
        )
    group by all

),

totals_ranked as (

    select
        document_id,
        amount_yuan,
        count(*) over (partition by document_id) as key_count,
        max(amount_yuan) over (partition by document_id) as largest_yuan
    from totals

),

-- totals to the one document they stand in, where it names no body
key_figures as (

    select
        totals_ranked.*,
        documents.fiscal_year,
        documents.phase
    from totals_ranked
    inner join documents
        on totals_ranked.document_id = documents.document_id
    where documents.department_id is null

),

-- what names a body: a narrative without forms, or tables of the same figures
companions as (

    select
        documents.*,
        coalesce(counts.number_count, 0) > 0 as is_table
    from documents
    left join counts
        on documents.document_id = counts.document_id
    where
        documents.department_id is not null
        and (
            documents.status = 'loaded'
            or (
                documents.status = 'partial'
                and (
                    coalesce(counts.number_count, 0) > 0
                    -- a narrative whose performance attachments leave a question open
                    or documents.status_reason like 'companion:%'
                )
            )
        )

),

amounts_mentioned as (

    select
        document_id,
        amount_yuan
    from mentions
    group by all

),

-- a narrative's amounts, and a named table's totals, each to its one companion
amounts_of_narratives as (

    select
        companions.*,
        amounts_mentioned.amount_yuan,
        cast(null as decimal(20, 2)) as companion_largest_yuan
    from companions
    inner join amounts_mentioned
        on companions.document_id = amounts_mentioned.document_id
    where not companions.is_table

),

amounts_of_tables as (

    select
        companions.*,
        totals_ranked.amount_yuan,
        totals_ranked.largest_yuan as companion_largest_yuan
    from companions
    inner join totals_ranked
        on companions.document_id = totals_ranked.document_id
    where companions.is_table

),

amounts_named as (

    select * from amounts_of_narratives
    union all
    select * from amounts_of_tables

),

-- an amount that the documents of one body name, and no other body's, tells that body
bodies_counted as (

    select
        amount_yuan,
        count(distinct department_id) as body_count
    from amounts_named
    group by amount_yuan

),

-- copies of one file have the same largest total: they are one set of tables
tables_counted as (

    select
        amount_yuan,
        count(distinct largest_yuan) as table_count
    from key_figures
    group by amount_yuan

),

-- many key figures to many companions that name them; no year or phase contradicts
figures_matched as (

    select
        key_figures.document_id,
        key_figures.amount_yuan,
        key_figures.key_count,
        key_figures.largest_yuan,
        amounts_named.document_id as companion_document_id,
        amounts_named.department_id,
        amounts_named.department_name,
        amounts_named.department_type,
        amounts_named.region_code,
        amounts_named.fiscal_year,
        amounts_named.is_table,
        amounts_named.companion_largest_yuan,
        bodies_counted.body_count = 1
        and tables_counted.table_count = 1 as is_telling
    from key_figures
    inner join amounts_named
        on
            key_figures.amount_yuan = amounts_named.amount_yuan
            and coalesce(key_figures.fiscal_year = amounts_named.fiscal_year, true)
            and coalesce(key_figures.phase = amounts_named.phase, true)
    inner join bodies_counted
        on key_figures.amount_yuan = bodies_counted.amount_yuan
    inner join tables_counted
        on key_figures.amount_yuan = tables_counted.amount_yuan

),

matches as (

    select
        document_id,
        companion_document_id,
        department_id,
        department_name,
        department_type,
        region_code,
        fiscal_year,
        largest_yuan,
        companion_largest_yuan,
        is_table,
        key_count,
        count(*) as match_count,
        count(*) filter (where is_telling) as telling_count,
        bool_or(amount_yuan = largest_yuan) as has_largest
    from figures_matched
    group by all

),

-- a township and its government are one body (西城乡, 西城乡人民政府);
-- the largest total among several; in its stead more figures that tell, and most of all
matches_sure as (

    select
        *,
        regexp_replace(department_name, '(人民)?政府$', '') as body_name
    from matches
    where
        (
            match_count >= {{ var('companion_figures') }}
            and has_largest
            and (not is_table or companion_largest_yuan = largest_yuan)
        )
        or (
            not is_table
            and telling_count >= {{ var('companion_telling_figures') }}
            and match_count * 2 > key_count
        )

),

-- seen from the companion: which of the tables that differ does it fit best
fits_counted as (

    select
        companion_document_id,
        largest_yuan,
        max(match_count) as fit_count
    from matches_sure
    group by all

),

fits_ranked as (

    select
        *,
        max(fit_count) over companion as best_fit_count,
        count(*) over (
            partition by companion_document_id, fit_count
        ) as tables_with_this_count
    from fits_counted
    window companion as (partition by companion_document_id)

),

-- seen from both sides; matches to exactly one fit
matches_ranked as (

    select
        matches_sure.*,
        row_number() over best_first as match_rank,
        min(matches_sure.body_name) over document
        = max(matches_sure.body_name) over document as is_one_body
    from matches_sure
    inner join fits_ranked
        on
            matches_sure.companion_document_id = fits_ranked.companion_document_id
            and matches_sure.largest_yuan = fits_ranked.largest_yuan
    where
        fits_ranked.fit_count = fits_ranked.best_fit_count
        and fits_ranked.tables_with_this_count = 1
    window
        document as (partition by matches_sure.document_id),
        best_first as (
            partition by matches_sure.document_id
            order by
                matches_sure.is_table asc,
                matches_sure.match_count desc,
                matches_sure.companion_document_id asc
        )

),

-- two bodies that fit leave the document without one
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
    where match_rank = 1 and is_one_body

)

select * from companioned
