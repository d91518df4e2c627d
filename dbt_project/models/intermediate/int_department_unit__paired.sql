with

form_values as (

    select * from {{ ref('int_form_value__selected') }}

),

forms as (

    select * from {{ ref('int_form__placed') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

comparable_documents as (

    select
        *,
        -- the unit that is the department's own office bears its name and 本级
        regexp_replace(
            department_name, '[（(]?(本级|本部)[）)]?$|[（(]机关[）)]$', ''
        ) as body_name
    from documents
    where
        is_current_upload
        and not has_unit_finding
        and department_id is not null
        and region_code is not null
        and fiscal_year is not null
        and reporting_scope is not null

),

-- 合计 of the first printing of each form
totals as (

    select * from form_values
    where
        form_id in ('expenditure', 'revenue')
        and line_code = 'TOTAL'
        and measure = 'total'
        and amount_yuan is not null
    qualify
        row_number() over (
            partition by document_id, form_id
            order by instance_no, line_order, value_id
        ) = 1

),

-- each document to its total of each form; of two files of one unit the first by key
unit_totals as (

    select
        totals.*,
        comparable_documents.body_name
    from comparable_documents
    inner join totals
        on comparable_documents.document_id = totals.document_id
    where comparable_documents.reporting_scope = 'unit'
    qualify
        row_number() over (
            partition by
                totals.department_id, totals.fiscal_year, totals.phase,
                totals.form_id
            order by totals.document_id
        ) = 1

),

department_documents as (

    select * from comparable_documents
    where reporting_scope = 'department'
    qualify
        row_number() over (
            partition by department_id, fiscal_year, phase
            order by forms_found desc nulls last, document_id asc
        ) = 1

),

-- what tells a unit: the department's own name, or one that the department's document
-- prints as its unit's, in a budget book or in 部门基本情况表
names_printed as (

    select
        document_id,
        department_name as unit_name
    from department_documents
    union distinct
    select
        document_id,
        reporting_unit as unit_name
    from forms
    where reporting_unit is not null
    union distinct
    select
        document_id,
        line_label as unit_name
    from form_values
    where form_id = 'department_profile' and line_code is null

),

-- a name that two departments of a place claim (农业综合服务中心) tells neither's unit
unit_names as (

    select names_printed.*
    from names_printed
    inner join department_documents
        on names_printed.document_id = department_documents.document_id
    qualify
        count(*) over (
            partition by
                names_printed.unit_name, department_documents.region_code,
                department_documents.fiscal_year, department_documents.phase
        ) = 1

),

-- each department to its units
units_added_up as (

    select
        department_documents.document_id,
        unit_totals.form_id,
        min(unit_totals.document_id) as other_document_id,
        sum(unit_totals.amount_yuan) as units_yuan,
        sum(unit_totals.precision_yuan) as precision_yuan,
        list(unit_totals.value_id order by unit_totals.value_id) as value_ids
    from department_documents
    inner join unit_names
        on department_documents.document_id = unit_names.document_id
    inner join unit_totals
        on
            unit_names.unit_name = unit_totals.body_name
            and department_documents.document_id != unit_totals.document_id
            and department_documents.region_code = unit_totals.region_code
            and department_documents.fiscal_year = unit_totals.fiscal_year
            and department_documents.phase = unit_totals.phase
    group by department_documents.document_id, unit_totals.form_id

),

empty_forms as (

    select
        document_id,
        form_id
    from forms
    where status = 'empty' and reporting_unit is null
    group by all

),

-- each sum of units to at most one total of the department and one empty form
paired as (

    select
        'units_within_department' as rule_id,
        units_added_up.document_id,
        units_added_up.other_document_id,
        units_added_up.form_id,
        'TOTAL' as instance_label,
        'total' as measure,
        units_added_up.units_yuan as left_yuan,
        units_added_up.precision_yuan as left_precision_yuan,
        units_added_up.value_ids as left_value_ids,
        totals.amount_yuan as right_yuan,
        totals.precision_yuan as right_precision_yuan,
        coalesce(totals.instance_no, 1) as instance_no,
        case when totals.value_id is null then [] else [totals.value_id] end
            as right_value_ids,
        empty_forms.form_id is not null as is_side_empty
    from units_added_up
    left join totals
        on
            units_added_up.document_id = totals.document_id
            and units_added_up.form_id = totals.form_id
    left join empty_forms
        on
            units_added_up.document_id = empty_forms.document_id
            and units_added_up.form_id = empty_forms.form_id

)

select * from paired
