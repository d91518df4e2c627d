-- en: Cells that a later upload of one disclosure changed: what stood there, what
--   stands now, the difference, and where. region: code or name, or a list, null for
--   all; year: one or a list, null for all.
-- zh: 同一公开文件后来版本改动的数字：原数、现数、差额及其位置。region 可为编码、名称或列表，空为全部；year 可为一个或列表，空为全部。
-- needs: main.is_asked, marts.fct_restatement, marts.dim_document, marts.dim_department
-- example: from restatements(null, null)
create macro main.restatements(region := null, year := null) as table
    select
        departments.region_name,
        documents.department_name,
        restated.fiscal_year,
        restated.phase,
        restated.form_id,
        restated.line_code,
        restated.line_label,
        restated.measure,
        restated.change_kind,
        restated.replaced_amount_yuan,
        restated.amount_yuan,
        restated.difference_yuan,
        replaced.file_name as replaced_file_name,
        restated.replaced_page_no,
        restated.replaced_row_no,
        documents.file_name,
        restated.page_no,
        restated.row_no,
        list_filter(
            [restated.replaced_value_id, restated.value_id],
            one -> one is not null
        ) as value_ids
    from marts.fct_restatement as restated
    inner join marts.dim_document as documents
        on
            restated.document_id = documents.document_id
            and documents.status != 'duplicate'
    inner join marts.dim_document as replaced
        on
            restated.replaced_document_id = replaced.document_id
            and replaced.status != 'duplicate'
    left join marts.dim_department as departments
        on restated.department_id = departments.department_id
    where
        (
            main.is_asked(restated.region_code, region)
            or main.is_asked(departments.region_name, region)
        )
        and main.is_asked(restated.fiscal_year, year)
    order by
        documents.department_name, restated.fiscal_year, restated.form_id,
        restated.page_no, restated.row_no, restated.restatement_id;
