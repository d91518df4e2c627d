with

totals as (

    select * from {{ ref('int_government_total__printed') }}

),

documents as (

    select * from {{ ref('int_document__listed') }}

),

reported as (

    select * from {{ ref('int_government_total__reported') }}

),

-- many totals to the sentences of their government that name them for one year
totals_named as (

    select
        totals.document_id,
        totals.form_id,
        totals.instance_no,
        reported.area_scope
    from totals
    inner join documents
        on totals.document_id = documents.document_id
    inner join reported
        on
            documents.department_id = reported.department_id
            and coalesce(totals.fiscal_year, documents.fiscal_year)
            = reported.fiscal_year
            and totals.topic = reported.topic
            and totals.measure = reported.measure
            and totals.amount_yuan = reported.amount_yuan
    where totals.area_scope is null and reported.area_scope is not null

),

-- the same amount for the own level and the whole area (no lower level has any) is the
-- own level's
told as (

    select
        document_id,
        form_id,
        instance_no,
        case
            when bool_or(area_scope = 'own_level') then 'own_level'
            else min(area_scope)
        end as area_scope
    from totals_named
    group by document_id, form_id, instance_no

)

select * from told
