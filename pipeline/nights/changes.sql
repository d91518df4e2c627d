-- What differs between the databases `old` and `new`: each step makes a temporary table that the next ones read.
create temp table old_documents as select * from old.marts.dim_document where status <> 'duplicate';

create temp table new_documents as select * from new.marts.dim_document where status <> 'duplicate';

-- a department is listed once; should it not be, its documents must not double here
create temp table old_places as
select department_id, min(region_name) as region_name, min(department_name) as department_name
from old.marts.dim_department group by department_id;

create temp table new_places as
select department_id, min(region_name) as region_name, min(department_name) as department_name
from new.marts.dim_department group by department_id;

create temp table numbers as
select
    coalesce(n.document_id, o.document_id) as document_id,
    case
        when o.value_id is null then 'added'
        when n.value_id is null then 'removed'
        when
            (n.amount_yuan, n.count_value, n.measure, n.line_code)
            is distinct from (o.amount_yuan, o.count_value, o.measure, o.line_code)
            then 'changed'
    end as kind,
    coalesce(n.form_id, o.form_id) as form_id,
    coalesce(n.line_code, o.line_code) as line_code,
    coalesce(n.line_label, o.line_label) as line_label,
    coalesce(n.measure, o.measure) as measure,
    coalesce(o.amount_yuan, o.count_value) as old_value,
    coalesce(n.amount_yuan, n.count_value) as new_value,
    o.reported_text as old_text,
    n.reported_text as new_text,
    coalesce(n.value_id, o.value_id) as value_id
from old.marts.fct_form_value as o
full join new.marts.fct_form_value as n on o.value_id = n.value_id
where kind is not null;

create temp table numbers_by_document as
select
    document_id,
    cast(count(*) filter (where kind = 'added') as integer) as numbers_added,
    cast(count(*) filter (where kind = 'changed') as integer) as numbers_changed,
    cast(count(*) filter (where kind = 'removed') as integer) as numbers_removed
from numbers group by document_id;

create temp table restated as
select n.* from new.marts.fct_restatement as n
anti join old.marts.fct_restatement as o on n.restatement_id = o.restatement_id;

create temp table document_changes as
select
    case
        when o.document_id is null then 'added'
        when n.document_id is null then 'lost'
        when n.status = 'superseded' and o.status <> 'superseded' then
            case when n.status_reason like '%no longer in the raw folder%' then 'withdrawn' else 'replaced' end
        when o.status = 'superseded' and n.status <> 'superseded' then 'back'
        else 'changed'
    end as kind,
    coalesce(n.document_id, o.document_id) as document_id,
    coalesce(n.file_name, o.file_name) as file_name,
    coalesce(n.region_code, o.region_code) as region_code,
    coalesce(r.region_name, p.region_name) as region_name,
    coalesce(n.department_name, o.department_name) as department_name,
    coalesce(n.fiscal_year, o.fiscal_year) as fiscal_year,
    coalesce(n.phase, o.phase) as phase,
    o.status as old_status,
    n.status as new_status,
    n.status_reason as reason,
    coalesce(c.numbers_added, 0) as numbers_added,
    coalesce(c.numbers_changed, 0) as numbers_changed,
    coalesce(c.numbers_removed, 0) as numbers_removed
from old_documents as o
full join new_documents as n on o.document_id = n.document_id
left join numbers_by_document as c on coalesce(n.document_id, o.document_id) = c.document_id
left join new_places as r
    on n.department_id = r.department_id
left join old_places as p
    on o.department_id = p.department_id
where
    o.document_id is null or n.document_id is null or o.status <> n.status or c.document_id is not null
order by kind, region_name nulls last, department_name nulls last, fiscal_year, file_name, document_id;

create temp table region_changes as
with by_document as (
    select
        region_code,
        max(region_name) as region_name,
        cast(count(*) filter (where kind in ('added', 'back')) as integer) as documents_added,
        cast(count(*) filter (where kind in ('changed', 'replaced')) as integer) as documents_changed,
        cast(count(*) filter (where kind in ('withdrawn', 'lost')) as integer) as documents_withdrawn,
        cast(sum(numbers_added) as integer) as numbers_added,
        cast(sum(numbers_changed) as integer) as numbers_changed,
        cast(sum(numbers_removed) as integer) as numbers_removed
    from document_changes group by region_code
),
by_restatement as (
    select region_code, cast(count(*) as integer) as numbers_restated from restated group by region_code
)
select
    d.* ,
    coalesce(s.numbers_restated, 0) as numbers_restated
from by_document as d left join by_restatement as s on d.region_code is not distinct from s.region_code
order by d.region_code nulls last;

create temp table cells as
select
    n.kind, d.region_name, d.department_name, d.fiscal_year, d.phase, n.form_id, n.line_code, n.line_label,
    n.measure, cast(n.old_value as varchar) as old_value, cast(n.new_value as varchar) as new_value,
    n.old_text, n.new_text, n.value_id
from numbers as n
inner join document_changes as d on n.document_id = d.document_id
where d.kind in ('changed', 'replaced')
union all
select
    'restated', d.region_name, d.department_name, s.fiscal_year, s.phase, s.form_id, s.line_code, s.line_label,
    s.measure, cast(s.replaced_amount_yuan as varchar), cast(s.amount_yuan as varchar),
    s.replaced_reported_text, s.reported_text, coalesce(s.value_id, s.replaced_value_id)
from restated as s
left join new_places as d on s.department_id = d.department_id
order by all;
