-- en: Departments of a region that did not publish, published late, or not whole, one
--   row each, worst first: status missing, quarantined (a file came and could not be
--   read), withdrawn, narrative_only, incomplete, or published but late; with the day
--   it was due, the forms missing, and the sentence in words. Known are the departments
--   any document or list names. region: code or name, or a list, null for all; year and
--   phase: one or a list, null for all.
-- zh: 某地区未公开、迟公开或公开不全的部门，每个一行，最严重者在前：status 为 missing（未见公开）、quarantined（收到文件而无法读取）、
--   withdrawn（已撤下）、narrative_only（只有文字）、incomplete（缺表）或虽公开而迟；列出截止日、所缺报表及文字说明。
--   已知部门为文件或名单所列者。region 可为编码、名称或列表，空为全部；year、phase 可为一个或列表，空为全部。
-- needs: main.as_list, main.is_asked, main.in_language, marts.mart_disclosure_ledger
-- example: from who_has_not_published('阳城县', 2024)
create macro main.who_has_not_published(
    region,
    year,
    phase := null,
    lang := 'both'
) as table
    with

    sayings as (

        select
            unnest(
                [
                    'missing', 'quarantined', 'withdrawn', 'narrative_only',
                    'incomplete', 'published'
                ]
            ) as status,
            unnest(
                [
                    '没有见到公开文件', '收到文件但无法读取', '文件已不在',
                    '只有文字说明，没有报表', '缺少报表或未读全', '已公开'
                ]
            ) as chinese,
            unnest(
                [
                    'no document was found', 'a file came and could not be read',
                    'its file is gone', 'text without tables',
                    'forms are missing or not read whole', 'published'
                ]
            ) as english,
            unnest(range(6)) as rank

    ),

    told as (

        select
            ledger.region_code,
            ledger.region_name,
            ledger.department_name,
            ledger.department_type,
            ledger.fiscal_year,
            ledger.phase,
            ledger.status,
            main.in_language(sayings.chinese, sayings.english, lang)
            || case
                when ledger.is_late
                    then main.in_language('，迟于截止日', ', late', lang)
                else ''
            end as said,
            ledger.due_on,
            ledger.published_on,
            ledger.is_late,
            ledger.missing_forms,
            ledger.replaced_count,
            ledger.department_id,
            ledger.document_ids,
            sayings.rank
        from marts.mart_disclosure_ledger as ledger
        inner join sayings
            on ledger.status = sayings.status
        where
            ledger.is_expected
            and (ledger.status != 'published' or coalesce(ledger.is_late, false))
            and (
                main.is_asked(ledger.region_code, region)
                or main.is_asked(ledger.region_name, region)
            )
            and main.is_asked(ledger.fiscal_year, year)
            and main.is_asked(ledger.phase, phase)

    ),

    -- a region and year of which nothing at all is known is no good news
    unknown as (

        select asked.region_name
        from (select unnest(main.as_list(region)) as region_name) as asked
        where
            not exists (
                select 1
                from marts.mart_disclosure_ledger as ledger
                where
                    (
                        asked.region_name = ledger.region_code
                        or asked.region_name = ledger.region_name
                    )
                    and main.is_asked(ledger.fiscal_year, year)
                    and main.is_asked(ledger.phase, phase)
            )

    ),

    with_unknown as (

        select told.*
        from told
        union all by name
        select
            unknown.region_name,
            main.in_language(
                '没有这一地区、年度的任何记录，无从判断',
                'nothing is known of this region and year: it cannot be told',
                lang
            ) as said,
            -1 as rank
        from unknown

    )

    select with_unknown.* exclude (rank)
    from with_unknown
    order by
        with_unknown.fiscal_year, with_unknown.phase, with_unknown.rank,
        with_unknown.region_code, with_unknown.department_name;
