with

documents as (

    select * from {{ ref('int_document__overridden') }}

),

dated_regions as (

    select * from {{ ref('ref_region') }}

),

abbreviations as (

    select
        abbreviation,
        official_name,
        {{ department_key('abbreviation') }} as abbreviation_key,
        {{ department_key('official_name') }} as official_key
    from {{ ref('ref_department_abbreviation') }}
    where confidence != 'knowledge-low'

),

department_types as (

    select * from {{ ref('ref_department_type') }}

),

-- every spelling printed; a name without region tells no one body: its document does
names_printed as (

    select
        region_code,
        department_name,
        case when region_code is null then document_id end as only_document_id
    from documents
    where department_name is not null
    group by all

),

-- 中共沁源县委组织部 begins with its region once the party is left out; who it is of stays
names_without_party as (

    select
        *,
        regexp_replace(
            department_name,
            '^(中国共产党|中共|政协|中国人民政治协商会议|共青团|中国共产主义青年团)',
            ''
        ) as name_without_party,
        case
            when regexp_matches(department_name, '^(政协|中国人民政治协商会议)')
                then '政协'
            when regexp_matches(department_name, '^(共青团|中国共产主义青年团)')
                then '共青团'
            else ''
        end as organisation
    from names_printed

),

-- every name a region ever had, alone and after its superiors'
region_beginnings as (

    select
        regions.code as region_code,
        unnest([
            regions.name,
            regions.full_name,
            superiors.name || regions.name,
            provinces.name || regions.name
        ]) as beginning
    from dated_regions as regions
    left join dated_regions as superiors
        on regions.parent = superiors.code
    left join dated_regions as provinces
        on left(regions.code, 2) || '0000' = provinces.code

),

-- the longest beginning that fits
names_begun as (

    select
        names_without_party.region_code,
        names_without_party.department_name,
        names_without_party.only_document_id,
        max(length(region_beginnings.beginning)) as beginning_length
    from names_without_party
    inner join region_beginnings
        on
            names_without_party.region_code = region_beginnings.region_code
            and starts_with(
                names_without_party.name_without_party, region_beginnings.beginning
            )
    group by all

),

-- names to at most one beginning
names_local as (

    select
        names_without_party.region_code,
        names_without_party.department_name,
        names_without_party.only_document_id,
        names_begun.beginning_length is not null as has_region,
        names_without_party.organisation
        || substr(
            names_without_party.name_without_party,
            coalesce(names_begun.beginning_length, 0) + 1
        ) as local_name
    from names_without_party
    left join names_begun
        on
            names_without_party.department_name = names_begun.department_name
            and names_without_party.region_code = names_begun.region_code

),

names_keyed as (

    select
        *,
        {{ department_key('local_name') }} as local_key
    from names_local

),

-- names to at most one abbreviation: no two of the list have one key
names_official as (

    select
        names_keyed.*,
        abbreviations.official_name is not null as is_abbreviation,
        coalesce(abbreviations.official_name, names_keyed.local_name)
            as official_local_name,
        coalesce(abbreviations.official_key, names_keyed.local_key) as department_key
    from names_keyed
    left join abbreviations
        on names_keyed.local_key = abbreviations.abbreviation_key

),

-- the first type of the list whose pattern fits; every name fits at least 其他
types_matched as (

    select
        names_official.official_local_name,
        arg_min(department_types.department_type, department_types.match_order)
            as department_type
    from names_official
    inner join department_types
        on regexp_matches(names_official.official_local_name, department_types.pattern)
    group by names_official.official_local_name

),

-- a code that changed (邵东县, 邵东市) is one region: its stable id
regions_lasting as (

    select
        code as region_code,
        coalesce(stable_id, code) as stable_region_id
    from dated_regions
    qualify
        row_number() over (
            partition by code
            order by valid_to desc nulls first, valid_from desc nulls last
        ) = 1

),

named as (

    select
        names_official.region_code,
        names_official.department_name,
        names_official.only_document_id,
        names_official.department_key,
        names_official.official_local_name,
        names_official.has_region,
        names_official.is_abbreviation,
        coalesce(types_matched.department_type, '其他') as department_type,
        coalesce(regions_lasting.stable_region_id, '000000')
        || '-'
        || left(
            sha256(
                names_official.department_key
                || coalesce('|' || names_official.only_document_id, '')
            ),
            12
        ) as department_id
    from names_official
    left join types_matched
        on names_official.official_local_name = types_matched.official_local_name
    left join regions_lasting
        on names_official.region_code = regions_lasting.region_code

)

select * from named
