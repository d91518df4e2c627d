-- en: From the opening budget to the final account in one line: a row per department,
--   year and line (total, function class, three public, project), with adjusted budget,
--   money evaluated, score, completion in per cent, where each figure comes from
--   (opening_basis …), and in words why the two ends must not be compared. department:
--   its name, a part of it, or its department_id, null for all; line_kind: total,
--   function, three_public or project, null for all.
-- zh: 年初预算到决算连成一行：每个部门、年度、项目（合计、功能科目、三公、项目）一行，列明调整预算、绩效评价金额、得分、完成率（百分数）、各数来源
--   （opening_basis 等），并以文字说明两端不可比的原因。department 可为名称、名称的一部分或 department_id，空为全部；
--   line_kind 取 total、function、three_public、project，空为全部。
-- needs: main.is_asked, main.in_words, marts.mart_budget_to_final
-- example: from budget_to_final('沁源县', 2022, '政府办公室')
create macro main.budget_to_final(
    region,
    year,
    department := null,
    line_kind := null,
    lang := 'both'
) as table
    select
        steps.region_name,
        steps.department_name,
        steps.fiscal_year,
        steps.line_kind,
        steps.fund,
        steps.line_code,
        steps.line_name,
        steps.opening_budget_yuan,
        steps.adjusted_budget_yuan,
        steps.final_yuan,
        steps.completion_rate,
        steps.evaluated_yuan,
        steps.score,
        steps.opening_basis,
        steps.adjusted_basis,
        steps.final_basis,
        steps.opening_scope,
        steps.final_scope,
        steps.grade,
        steps.is_comparable,
        main.in_words(steps.incomparable_reasons, lang) as reasons_against,
        list_concat(
            list_concat(
                coalesce(steps.opening_value_ids, []),
                coalesce(steps.adjusted_value_ids, [])
            ),
            list_concat(
                coalesce(steps.final_value_ids, []),
                coalesce(steps.evaluated_value_ids, [])
            )
        ) as value_ids,
        steps.department_id
    from marts.mart_budget_to_final as steps
    where
        (
            main.is_asked(steps.region_code, region)
            or main.is_asked(steps.region_name, region)
        )
        and main.is_asked(steps.fiscal_year, year)
        and main.is_asked(steps.line_kind, line_kind)
        and (
            department is null
            or contains(steps.department_name, department)
            or steps.department_id = department
        )
    order by
        steps.department_name, steps.fiscal_year, steps.line_kind, steps.fund,
        steps.line_code, steps.line_name;
