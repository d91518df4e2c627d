with

terms as (

    select * from {{ ref('int_narrative_term__listed') }}

),

described as (

    select
        term_kind,
        term_id,
        name_zh,
        name_en
    from terms

)

select * from described
order by term_kind, term_id
