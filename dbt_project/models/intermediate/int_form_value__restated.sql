with

documents as (

    select * from {{ ref('int_document__listed') }}

),

files as (

    select * from {{ ref('int_document__registered') }}
    where not is_duplicate

),

-- few disclosures were uploaded again: only their numbers are compared
documents_of_pairs as (

    select documents.document_id
    from documents
    inner join files
        on documents.document_id = files.document_id
    qualify
        bool_or(documents.is_current_upload) over (partition by files.disclosure_id)
        and not bool_and(documents.is_current_upload) over (
            partition by files.disclosure_id
        )

),

form_values as (

    select given.*
    from {{ ref('stg_lake__value') }} as given
    semi join documents_of_pairs
        on given.document_id = documents_of_pairs.document_id

),

retired_values as (

    select given.*
    from {{ ref('stg_lake__retired_value') }} as given
    semi join documents_of_pairs
        on given.document_id = documents_of_pairs.document_id

),

amounts as (

    select
        value_id,
        document_id,
        form_id,
        instance_no,
        line_side,
        line_code,
        line_label,
        qualifier,
        measure,
        reporting_unit,
        line_order,
        amount_yuan,
        precision_yuan,
        reported_text,
        reported_unit,
        page_no,
        row_no
    from form_values
    where cell_kind = 'number' and amount_yuan is not null
    union all by name
    select * exclude (cell_kind)
    from retired_values
    where cell_kind = 'number' and amount_yuan is not null

),

-- many amounts to one document; lines of one name are told apart by their order
amounts_of_disclosures as (

    select
        amounts.*,
        files.disclosure_id,
        files.department_id,
        files.region_code,
        files.fiscal_year,
        files.phase,
        documents.is_current_upload,
        coalesce(files.reporting_scope, 'department') as reporting_scope,
        -- a code that stands once names its line, whatever its label
        case
            when
                amounts.line_code is null
                or count(*) over (
                    partition by
                        amounts.document_id, amounts.form_id, amounts.line_side,
                        amounts.line_code, amounts.qualifier, amounts.measure,
                        amounts.reporting_unit
                ) > 1
                then amounts.line_label
        end as telling_label,
        row_number() over (
            partition by
                amounts.document_id, amounts.form_id, amounts.line_side,
                amounts.line_code, amounts.line_label, amounts.qualifier,
                amounts.measure, amounts.reporting_unit
            order by amounts.instance_no, amounts.line_order, amounts.value_id
        ) as occurrence_no
    from amounts
    inner join files
        on amounts.document_id = files.document_id
    inner join documents
        on amounts.document_id = documents.document_id
    where
        files.department_id is not null
        and files.fiscal_year is not null
        and files.phase is not null
        and files.status in ('loaded', 'partial', 'superseded')

),

-- of several files of a disclosure that print a line the first one counts
current_amounts as (

    select * from amounts_of_disclosures
    where is_current_upload
    qualify
        row_number() over (
            partition by
                disclosure_id, reporting_scope, form_id, line_side, line_code,
                telling_label, qualifier, measure, reporting_unit, occurrence_no
            order by document_id
        ) = 1

),

replaced_amounts as (

    select * from amounts_of_disclosures
    where not is_current_upload

),

-- a form that one of the two does not print was not restated but left out
forms_in_both as (

    select
        replaced_amounts.document_id as replaced_document_id,
        replaced_amounts.form_id,
        min(current_amounts.document_id) as document_id
    from replaced_amounts
    inner join current_amounts
        on
            replaced_amounts.disclosure_id = current_amounts.disclosure_id
            and replaced_amounts.reporting_scope = current_amounts.reporting_scope
            and replaced_amounts.form_id = current_amounts.form_id
    group by replaced_amounts.document_id, replaced_amounts.form_id

),

replaced_cells as (

    select
        replaced_amounts.*,
        forms_in_both.document_id as current_document_id
    from replaced_amounts
    inner join forms_in_both
        on
            replaced_amounts.document_id = forms_in_both.replaced_document_id
            and replaced_amounts.form_id = forms_in_both.form_id

),

current_cells as (

    select
        current_amounts.*,
        forms_in_both.replaced_document_id
    from current_amounts
    inner join forms_in_both
        on
            current_amounts.document_id = forms_in_both.document_id
            and current_amounts.form_id = forms_in_both.form_id

),

-- each cell of the replaced version to at most one of the current, and the reverse
compared as (

    select
        replaced_cells.amount_yuan as replaced_amount_yuan,
        current_cells.amount_yuan,
        replaced_cells.reported_text as replaced_reported_text,
        current_cells.reported_text,
        replaced_cells.reported_unit as replaced_reported_unit,
        current_cells.reported_unit,
        replaced_cells.page_no as replaced_page_no,
        replaced_cells.row_no as replaced_row_no,
        current_cells.page_no,
        current_cells.row_no,
        replaced_cells.value_id as replaced_value_id,
        current_cells.value_id,
        coalesce(current_cells.document_id, replaced_cells.current_document_id)
            as document_id,
        coalesce(replaced_cells.document_id, current_cells.replaced_document_id)
            as replaced_document_id,
        coalesce(current_cells.disclosure_id, replaced_cells.disclosure_id)
            as disclosure_id,
        coalesce(current_cells.department_id, replaced_cells.department_id)
            as department_id,
        coalesce(current_cells.region_code, replaced_cells.region_code)
            as region_code,
        coalesce(current_cells.fiscal_year, replaced_cells.fiscal_year)
            as fiscal_year,
        coalesce(current_cells.phase, replaced_cells.phase) as phase,
        coalesce(current_cells.reporting_scope, replaced_cells.reporting_scope)
            as reporting_scope,
        coalesce(current_cells.form_id, replaced_cells.form_id) as form_id,
        coalesce(current_cells.line_side, replaced_cells.line_side) as line_side,
        coalesce(current_cells.line_code, replaced_cells.line_code) as line_code,
        coalesce(current_cells.line_label, replaced_cells.line_label)
            as line_label,
        coalesce(current_cells.qualifier, replaced_cells.qualifier) as qualifier,
        coalesce(current_cells.measure, replaced_cells.measure) as measure,
        coalesce(current_cells.reporting_unit, replaced_cells.reporting_unit)
            as reporting_unit,
        case
            when
                coalesce(current_cells.amount_yuan, 0) = 0
                and coalesce(replaced_cells.amount_yuan, 0) = 0
                then 'blank_or_zero'
            when replaced_cells.value_id is null then 'added'
            when current_cells.value_id is null then 'removed'
            when
                abs(current_cells.amount_yuan - replaced_cells.amount_yuan)
                <= greatest(
                    current_cells.precision_yuan, replaced_cells.precision_yuan
                ) / 2
                then 'rounded'
            else 'changed'
        end as change_kind
    from replaced_cells
    full join current_cells
        on
            replaced_cells.document_id = current_cells.replaced_document_id
            and replaced_cells.form_id = current_cells.form_id
            and replaced_cells.line_side is not distinct from current_cells.line_side
            and replaced_cells.line_code is not distinct from current_cells.line_code
            and replaced_cells.telling_label
            is not distinct from current_cells.telling_label
            and replaced_cells.qualifier is not distinct from current_cells.qualifier
            and replaced_cells.measure = current_cells.measure
            and replaced_cells.reporting_unit
            is not distinct from current_cells.reporting_unit
            and replaced_cells.occurrence_no = current_cells.occurrence_no
    where
        replaced_cells.amount_yuan is distinct from current_cells.amount_yuan

)

select * from compared
