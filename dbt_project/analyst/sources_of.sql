-- en: Where figures stand: one row per value_id (one, or a list, as the column
--   value_ids of any fact or comparison holds it), with department, file, address,
--   page, form, row and column, the printed text and its unit. Figures of sentences
--   have the form narrative and column 0.
-- zh: 数字的出处：每个 value_id 一行（可为一个或列表，即各事实表、比较表的 value_ids 列），列明部门、文件、网址、页、报表、行列、
--   印刷原文与单位。文字说明中的数字，报表为 narrative，列为 0。
-- needs: main.as_list, marts.fct_form_value, marts.fct_narrative_amount,
--   marts.dim_document, marts.dim_form
-- example: from sources_of((select flatten(list(value_ids)) from
--   compare_departments('140431', 2022)))
create macro main.sources_of(asked_ids) as table
    with

    wanted as (

        select distinct unnest(main.as_list(asked_ids)) as value_id

    ),

    places as (

        select
            form_values.value_id,
            form_values.document_id,
            form_values.form_id,
            form_values.form_title,
            form_values.page_no,
            form_values.row_no,
            form_values.col_no,
            form_values.line_code,
            form_values.line_label,
            form_values.measure,
            form_values.reported_text,
            form_values.reported_unit,
            form_values.amount_yuan,
            form_values.grade
        from marts.fct_form_value as form_values
        semi join wanted
            on form_values.value_id = wanted.value_id
        union all by name
        select
            sentences.fact_id as value_id,
            sentences.document_id,
            'narrative' as form_id,
            sentences.section as form_title,
            sentences.page_no,
            sentences.line_no as row_no,
            0 as col_no,
            sentences.line_code,
            sentences.line_label,
            sentences.measure,
            sentences.reported_text,
            sentences.reported_unit,
            sentences.amount_yuan,
            sentences.grade
        from marts.fct_narrative_amount as sentences
        semi join wanted
            on sentences.fact_id = wanted.value_id

    )

    select
        wanted.value_id,
        documents.department_name,
        documents.fiscal_year,
        documents.phase,
        documents.file_name,
        documents.source_url,
        places.page_no,
        places.form_id,
        forms.name_zh as form_name,
        places.form_title,
        places.row_no,
        places.col_no,
        places.line_code,
        places.line_label,
        places.measure,
        places.reported_text,
        places.reported_unit,
        places.amount_yuan,
        places.grade,
        places.document_id
    from wanted
    left join places
        on wanted.value_id = places.value_id
    left join marts.dim_document as documents
        on
            places.document_id = documents.document_id
            and documents.status != 'duplicate'
    left join marts.dim_form as forms
        on places.form_id = forms.form_id
    order by
        documents.file_name, places.page_no, places.row_no, places.col_no,
        wanted.value_id;
