-- No code is printed that no list knows, unless fct_code_name says so: the one place
-- where an analyst looks for them. 清单外的编码都须列入 fct_code_name。
with

form_values as (

    select * from {{ ref('fct_form_value') }}

),

documents as (

    select * from {{ ref('dim_document') }}
    where status in ('loaded', 'partial')

),

functions as (

    select * from {{ ref('dim_function') }}

),

economics as (

    select * from {{ ref('dim_economic') }}

),

code_names as (

    select * from {{ ref('fct_code_name') }}

),

unlisted as (

    select
        form_values.document_id,
        form_values.line_code,
        count(*) as value_count
    from form_values
    inner join documents
        on form_values.document_id = documents.document_id
    left join functions
        on form_values.line_code = functions.function_code
    left join economics
        on form_values.line_code = economics.economic_code
    left join code_names
        on
            form_values.document_id = code_names.document_id
            and form_values.line_code = code_names.line_code
            and code_names.verdict = 'unknown_code'
    where
        regexp_full_match(form_values.line_code, '[235][0-9]{2}([0-9]{2}){0,2}')
        and functions.function_code is null
        and economics.economic_code is null
        and code_names.document_id is null
    group by form_values.document_id, form_values.line_code

)

select * from unlisted
