with

government_values as (

    select * from {{ ref('int_government_value__placed') }}

),

functions as (

    select * from {{ ref('dim_function') }}

),

-- one row per line and measure of a document; two lines of one name are told apart by
-- their order
lines as (

    select
        document_id,
        department_id,
        region_code,
        fiscal_year,
        phase,
        reporting_scope,
        area_scope,
        area_scope_basis,
        fund,
        line_side,
        government_line_kind,
        line_code,
        line_label,
        class_level,
        is_leaf,
        measure,
        amount_yuan,
        form_id as source_form_id,
        instance_no,
        cast(
            row_number() over (
                partition by
                    document_id, form_id, instance_no, line_code, line_label, measure
                order by line_order, value_id
            ) as integer
        ) as occurrence_no,
        value_id,
        grade
    from government_values

),

-- each function line to at most one dated name of its code: the one in force that year
named as (

    select
        lines.document_id,
        lines.department_id,
        lines.region_code,
        lines.fiscal_year,
        lines.phase,
        lines.reporting_scope,
        lines.area_scope,
        lines.area_scope_basis,
        lines.fund,
        lines.line_side,
        lines.government_line_kind,
        lines.line_code,
        lines.line_label,
        functions.function_name,
        lines.class_level,
        lines.is_leaf,
        lines.measure,
        lines.amount_yuan,
        lines.source_form_id,
        lines.instance_no,
        lines.occurrence_no,
        lines.grade,
        [lines.value_id] as value_ids
    from lines
    left join functions
        on
            lines.government_line_kind = 'function'
            and lines.line_code = functions.function_code
    qualify
        row_number() over (
            partition by lines.value_id
            order by {{ best_dated_first('lines.fiscal_year', 'functions') }}
        ) = 1

)

select * from named
order by
    document_id, source_form_id, instance_no, line_code, line_label, measure,
    occurrence_no
