with

terms as (

    select * from {{ ref('stg_lake__narrative_term') }}

),

listed as (

    select
        term_kind,
        term_id,
        name_zh,
        name_en
    from terms

)

select * from listed
