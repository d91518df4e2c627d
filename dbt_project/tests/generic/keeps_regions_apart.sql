{# A body belongs to one region: a code that changed shares its stable id, two regions do not. #}
{% test keeps_regions_apart(model) %}

with

regions as (

    select
        code as region_code,
        coalesce(stable_id, code) as stable_region_id
    from {{ ref('ref_region') }}
    qualify
        row_number() over (
            partition by code
            order by valid_to desc nulls first, valid_from desc nulls last
        ) = 1

)

select named.department_id
from {{ model }} as named
left join regions
    on named.region_code = regions.region_code
group by named.department_id
having
    count(distinct coalesce(regions.stable_region_id, '000000')) > 1
    or count(distinct named.only_document_id) > 1

{% endtest %}
