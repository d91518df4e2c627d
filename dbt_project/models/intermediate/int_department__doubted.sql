with

files as (

    select * from {{ ref('int_document__registered') }}

),

departments as (

    select * from {{ ref('int_department__named') }}

),

abbreviations_unsure as (

    select
        {{ department_key('abbreviation') }} as abbreviation_key,
        {{ department_key('official_name') }} as official_key
    from {{ ref('ref_department_abbreviation') }}
    where confidence = 'knowledge-low'

),

documents as (

    select * from files
    where not is_duplicate and department_id is not null

),

-- each spelling of a body with the first document that prints it
bodies as (

    select
        documents.department_id,
        documents.region_code,
        documents.department_name,
        departments.department_key,
        departments.department_type,
        min(documents.document_id) as document_id
    from documents
    inner join departments
        on
            documents.department_name = departments.department_name
            and documents.region_code is not distinct from departments.region_code
            and documents.department_id = departments.department_id
    group by all

),

-- a name without region beside bodies of that name whose region is known
namesakes as (

    select
        unplaced.document_id,
        unplaced.department_name,
        string_agg(
            distinct placed.department_name || ' (' || placed.region_code || ')', ', '
            order by placed.department_name || ' (' || placed.region_code || ')'
        ) as candidates
    from bodies as unplaced
    inner join bodies as placed
        on unplaced.department_key = placed.department_key
    where unplaced.region_code is null and placed.region_code is not null
    group by all

),

-- two bodies of a region and a type, the one perhaps short for the other: 发展改局 has only
-- characters of 发展改革局, in their order
look_alikes as (

    select
        shorter.document_id,
        shorter.department_name,
        string_agg(
            distinct longer.department_name, ', ' order by longer.department_name
        ) as candidates
    from bodies as shorter
    inner join bodies as longer
        on
            shorter.region_code = longer.region_code
            and shorter.department_id != longer.department_id
            and length(shorter.department_key) < length(longer.department_key)
    left join abbreviations_unsure
        on
            shorter.department_key = abbreviations_unsure.abbreviation_key
            and longer.department_key = abbreviations_unsure.official_key
    where
        abbreviations_unsure.abbreviation_key is not null
        or (
            shorter.department_type = longer.department_type
            and right(shorter.department_key, 1) = right(longer.department_key, 1)
            and regexp_matches(
                longer.department_key,
                '^'
                || regexp_replace(
                    regexp_replace(shorter.department_key, '[^\p{Han}]', '', 'g'),
                    '(.)', '\1.*', 'g'
                )
                || '$'
            )
        )
    group by all

),

doubted as (

    select
        document_id,
        department_name,
        department_name
        || ' is printed without its region; bodies of that name: '
        || candidates
        || '. Not merged' as message,
        'name the region in MANIFEST.csv or in ref_department_override' as remedy
    from namesakes
    union all
    select
        document_id,
        department_name,
        department_name
        || ' may be short for another body of the region: '
        || candidates
        || '. Not merged' as message,
        'if they are one body, add the name to ref_department_abbreviation or to'
        || ' ref_department_override' as remedy
    from look_alikes

)

select * from doubted
