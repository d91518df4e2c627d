{#
    Rows of one document per disclosure: where two files of a department, year and phase
    print the same form, the fuller one counts. `amounts` names a CTE with document_id
    and the columns of `keys`, `counted` the CTE of the documents that count.
#}
{% macro once_per_disclosure(amounts, counted, keys) -%}
    select
        {{ amounts }}.*,
        {{ counted }}.department_type
    from {{ amounts }}
    inner join {{ counted }}
        on {{ amounts }}.document_id = {{ counted }}.document_id
    qualify
        {{ amounts }}.document_id = first_value({{ amounts }}.document_id) over (
            partition by
                {{ counted }}.department_id, {{ counted }}.fiscal_year,
                {{ counted }}.phase, {{ counted }}.reporting_scope
                {%- for key in keys %}, {{ amounts }}.{{ key }}{% endfor %}
            order by
                {{ counted }}.status asc, {{ counted }}.number_count desc,
                {{ amounts }}.document_id asc
        )
{%- endmacro %}


{# The columns of the group and its guard, from `mart_comparison_basis`. #}
{% macro group_columns(alias) -%}
    {%- for column in [
        'region_code', 'region_name', 'region_level', 'region_stable_id',
        'fiscal_year', 'phase', 'department_type',
    ] %}
        {{ alias }}.{{ column }},
    {%- endfor %}
{%- endmacro %}


{% macro guard_columns(alias) -%}
    {%- for column in [
        'departments', 'departments_known', 'departments_known_basis', 'coverage',
        'documents', 'document_ids', 'reporting_scope', 'grade', 'precision_yuan',
        'is_county_total', 'is_comparable', 'incomparable_reasons', 'warnings',
    ] %}
        {{ alias }}.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
    What every county mart adds to a CTE of sums, which has region_code, fiscal_year,
    phase, department_type, the columns of `keys`, amount_yuan, total_yuan (what a share
    is taken of), grade and value_ids: the guard, share, amounts per capita and per person
    in post, growth over the year before, rank among comparable rows. `basis` and `sums`
    name CTEs; each sum has exactly one basis, and a place at most one a year, whatever
    code it had then.
#}
{% macro with_comparison(sums, basis, keys) -%}
    select
        {{ group_columns(basis) }}
        {{ sums }}.* exclude (region_code, fiscal_year, phase, department_type, grade),
        {{ basis }}.* exclude (
            region_code, region_name, region_level, region_stable_id, fiscal_year,
            phase, department_type, grade, is_comparable, incomparable_reasons, warnings
        ),
        {{ sums }}.grade,
        {{ sums }}.grade != 'contradictory' and {{ basis }}.is_comparable
            as is_comparable,
        case
            when {{ sums }}.grade = 'contradictory'
                then list_append(
                    {{ basis }}.incomparable_reasons, 'contradictory_figures'
                )
            else {{ basis }}.incomparable_reasons
        end as incomparable_reasons,
        list_concat(
            {{ basis }}.warnings,
            case
                when {{ sums }}.grade = 'unproven' then ['unproven_figures'] else []
            end,
            case
                when
                    prior_sums.amount_yuan is not null
                    and prior_basis.department_ids != {{ basis }}.department_ids
                    then ['departments_changed']
                else []
            end
        ) as warnings,
        try_cast(
            {{ sums }}.amount_yuan / nullif({{ sums }}.total_yuan, 0)
            as decimal(12, 6)
        ) as share,
        cast(
            {{ sums }}.amount_yuan / nullif({{ basis }}.population, 0)
            as decimal(20, 2)
        ) as amount_per_capita_yuan,
        case
            when {{ basis }}.headcount_departments = {{ basis }}.departments
                then cast(
                    {{ sums }}.amount_yuan / nullif({{ basis }}.headcount, 0)
                    as decimal(20, 2)
                )
        end as amount_per_head_yuan,
        prior_sums.amount_yuan as prior_year_amount_yuan,
        case
            when prior_basis.department_ids = {{ basis }}.department_ids
                then try_cast(
                    {{ sums }}.amount_yuan / nullif(prior_sums.amount_yuan, 0) - 1
                    as decimal(20, 6)
                )
        end as growth_rate
    from {{ sums }}
    inner join {{ basis }}
        on
            {{ sums }}.region_code = {{ basis }}.region_code
            and {{ sums }}.fiscal_year = {{ basis }}.fiscal_year
            and {{ sums }}.phase = {{ basis }}.phase
            and {{ sums }}.department_type = {{ basis }}.department_type
    left join {{ basis }} as prior_basis
        on
            {{ basis }}.region_stable_id = prior_basis.region_stable_id
            and {{ basis }}.fiscal_year = prior_basis.fiscal_year + 1
            and {{ basis }}.phase = prior_basis.phase
            and {{ basis }}.department_type = prior_basis.department_type
    left join {{ sums }} as prior_sums
        on
            prior_basis.region_code = prior_sums.region_code
            and prior_basis.fiscal_year = prior_sums.fiscal_year
            and prior_basis.phase = prior_sums.phase
            and prior_basis.department_type = prior_sums.department_type
            {%- for key in keys %}
            and {{ sums }}.{{ key }} is not distinct from prior_sums.{{ key }}
            {%- endfor %}
{%- endmacro %}


{# Rank among the comparable rows of one year, phase, kind of region, type and scope. #}
{% macro rank_columns(keys) -%}
    case
        when is_comparable
            then cast(rank() over (
                partition by {{ peers(keys) }} order by amount_yuan desc
            ) as integer)
    end as comparable_rank,
    case
        when is_comparable
            then cast(count(*) over (partition by {{ peers(keys) }}) as integer)
    end as comparable_count
{%- endmacro %}


{% macro peers(keys) -%}
    fiscal_year, phase, department_type, region_level, reporting_scope, is_comparable
    {%- for key in keys %}, {{ key }}{% endfor %}
{%- endmacro %}


{# What `with_comparison` and `rank_columns` add to the amounts. #}
{% macro compared_columns(alias) -%}
    {%- for column in [
        'share', 'amount_per_capita_yuan', 'amount_per_head_yuan',
        'prior_year_amount_yuan', 'growth_rate', 'comparable_rank',
        'comparable_count',
    ] %}
        {{ alias }}.{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#
    The CTEs of a mart by kind and stage, from `kinds_stacked` to `described`: each of
    `kinds` by itself and all amounts together as `total`. `amounts` names a CTE of
    `once_per_disclosure`, each of its amounts once; a CTE `basis` stands before it.
#}
{% macro compared_by_kind(amounts, kinds) -%}
-- each kind by itself, and all together as `total`
kinds_stacked as (

    select
        *,
        category as kind
    from {{ amounts }}
    where category in ('{{ kinds | join("', '") }}')
    union all
    select
        *,
        'total' as kind
    from {{ amounts }}

),

departments_and_all as (

    select
        * exclude (department_type),
        unnest([department_type, '全部']) as department_type
    from kinds_stacked

),

summed as (

    select
        region_code,
        fiscal_year,
        phase,
        department_type,
        kind as category,
        stage,
        cast(sum(amount_yuan) as decimal(20, 2)) as amount_yuan,
        {{ weakest_grade('grade') }} as grade,
        list_sort(flatten(list(value_ids))) as value_ids
    from departments_and_all
    group by region_code, fiscal_year, phase, department_type, kind, stage

),

-- a share is one of all expenses of the stage
sums as (

    select
        *,
        max(amount_yuan) filter (where category = 'total') over (
            partition by region_code, fiscal_year, phase, department_type, stage
        ) as total_yuan
    from summed

),

compared as (

    {{ with_comparison('sums', 'basis', ['category', 'stage']) }}

),

ranked as (

    select
        *,
        {{ rank_columns(['category', 'stage']) }}
    from compared

),

described as (

    select
        {{ group_columns('ranked') }}
        ranked.category,
        ranked.stage,
        ranked.amount_yuan,
        {{ compared_columns('ranked') }},
        {{ guard_columns('ranked') }},
        ranked.value_ids
    from ranked

)
{%- endmacro %}
