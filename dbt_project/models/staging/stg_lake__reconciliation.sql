with

lake_reconciliation as (

    select * from {{ source('lake', 'reconciliation') }}

),

renamed as (

    select
        -- keys
        check_id,
        document_id,
        rule_id,
        form_id,
        cast(instance_no as integer) as instance_no,

        -- labels
        instance_label,
        measure,
        relation,
        outcome,

        -- amounts
        cast(left_yuan as decimal(20, 2)) as left_yuan,
        cast(right_yuan as decimal(20, 2)) as right_yuan,
        cast(difference_yuan as decimal(20, 2)) as difference_yuan,
        cast(tolerance_yuan as decimal(20, 6)) as tolerance_yuan,

        -- provenance
        left_value_ids,
        right_value_ids
    from lake_reconciliation

)

select * from renamed
