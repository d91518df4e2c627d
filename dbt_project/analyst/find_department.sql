-- en: Departments whose name holds the letters asked for in their order (政府办 finds
--   沁源县人民政府办公室), closest first; region: a code or name, null for all.
-- zh: 名称中依次含有所问各字的部门（如“政府办”可找到沁源县人民政府办公室），最相近者在前；region 为编码或名称，空为全部。
-- needs: main.is_asked, marts.dim_department
-- example: from find_department('政府办')
create macro main.find_department(words, region := null) as table
    with

    matching as (

        select
            departments.department_id,
            departments.department_name,
            departments.region_code,
            departments.region_name,
            departments.department_type,
            departments.first_fiscal_year,
            departments.last_fiscal_year,
            departments.document_count,
            case
                when departments.department_name = words then 'exact'
                when contains(departments.department_name, words) then 'part'
                when departments.department_type = words then 'type'
                else 'letters'
            end as closeness
        from marts.dim_department as departments
        where
            (
                departments.department_name like '%'
                || array_to_string(string_split(words, ''), '%') || '%'
                or departments.department_type = words
            )
            and (
                main.is_asked(departments.region_code, region)
                or main.is_asked(departments.region_name, region)
            )

    )

    select *
    from matching
    order by
        list_position(['exact', 'part', 'type', 'letters'], matching.closeness),
        len(matching.department_name),
        matching.department_name;
