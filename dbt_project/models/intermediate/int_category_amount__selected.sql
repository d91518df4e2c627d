with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

categories_recognised as (

    select
        *,
        lower(line_code) as category_code,
        case
            when
                form_id = 'three_public'
                and lower(line_code) in (
                    'total', 'abroad', 'vehicle_subtotal', 'vehicle_purchase',
                    'vehicle_operation', 'reception'
                )
                then 'three_public'
            when form_id = 'three_public' and lower(line_code) = 'operating_cost'
                then 'operating_cost'
            when line_code like 'procurement\_%' escape '\' then 'procurement'
            when line_code like 'operating\_cost\_%' escape '\'
                then 'operating_cost'
            when count_value is not null then 'state_asset'
        end as topic
    from form_values
    where form_id in ('three_public', 'disclosure_statistics')

),

stages_named as (

    select
        *,
        case
            when measure in ('budget', 'final') then measure
            when measure = 'total' and form_id = 'disclosure_statistics' then 'final'
        end as stage
    from categories_recognised
    where topic is not null

),

categories_surveyed as (

    select
        *,
        bool_or(
            category_code in ('vehicle_purchase', 'vehicle_operation')
        ) over form_column as has_vehicle_part,
        bool_or(
            not regexp_full_match(category_code, '(.*_)?total')
            and category_code not like 'equipment%'
        ) over form_column as has_part
    from stages_named
    where stage is not null
    window form_column as (
        partition by document_id, form_id, instance_no, topic, stage
    )

),

-- a printed total is a leaf only where nothing below it is printed
leaves_decided as (

    select
        value_id,
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        form_id,
        topic,
        stage,
        category_code,
        line_label,
        qualifier,
        reported_unit,
        amount_yuan,
        count_value,
        grade,
        case
            when category_code = 'vehicle_subtotal' then not has_vehicle_part
            when
                category_code in (
                    'total', 'procurement_total', 'operating_cost_total',
                    'vehicles_total'
                )
                then not has_part
            else true
        end as is_leaf
    from categories_surveyed

)

select * from leaves_decided
