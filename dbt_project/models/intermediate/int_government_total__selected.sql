select
    cast(null as varchar) as region_code,
    cast(null as integer) as fiscal_year,
    cast(null as varchar) as phase,
    cast(null as varchar) as fund,
    cast(null as varchar) as area_scope,
    cast(null as varchar) as function_code,
    cast(null as decimal(20, 2)) as amount_yuan,
    cast(null as varchar[]) as value_ids,
    cast(null as varchar) as document_id,
    cast(null as varchar) as grade
where false
