with

files as (

    select * from {{ ref('int_document__registered') }}

),

findings_between_documents as (

    select * from {{ ref('int_finding__crossed') }}

),

grades as (

    select * from {{ ref('int_form_grade__counted') }}

),

grades_of_documents as (

    select
        document_id,
        sum(proven_count) as proven_count,
        sum(consistent_count) as consistent_count,
        sum(unproven_count) as unproven_count,
        sum(contradictory_count) as contradictory_count
    from grades
    group by document_id

),

units_doubted as (

    select document_id
    from findings_between_documents
    where cause = 'unit'
    group by document_id

),

accounts as (

    select * from {{ ref('int_document_account__counted') }}

),

-- files to at most one row of each kind of counts and one doubt; a duplicate has
-- no counts
files_with_grades as (

    select
        files.* exclude (has_unit_finding),
        cast(coalesce(grades_of_documents.proven_count, 0) as integer)
            as proven_count,
        cast(coalesce(grades_of_documents.consistent_count, 0) as integer)
            as consistent_count,
        cast(coalesce(grades_of_documents.unproven_count, 0) as integer)
            as unproven_count,
        cast(coalesce(grades_of_documents.contradictory_count, 0) as integer)
            as contradictory_count,
        files.has_unit_finding or units_doubted.document_id is not null
            as has_unit_finding,
        coalesce(accounts.token_count, 0) as token_count,
        coalesce(accounts.explained_count, 0) as explained_count,
        coalesce(accounts.unexplained_count, 0) as unexplained_count,
        coalesce(accounts.form_page_token_count, 0) as form_page_token_count,
        coalesce(accounts.form_page_unexplained_count, 0)
            as form_page_unexplained_count
    from files
    left join grades_of_documents
        on
            files.document_id = grades_of_documents.document_id
            and files.status != 'duplicate'
    left join units_doubted
        on files.document_id = units_doubted.document_id
    left join accounts
        on
            files.document_id = accounts.document_id
            and files.status != 'duplicate'

),

described as (

    select
        document_id,
        file_name,
        disclosure_id,
        department_id,
        fiscal_year,
        phase,
        reporting_scope,
        title,
        media_type,
        page_count,
        reported_unit,
        published_on,
        source_url,
        retrieved_at,
        status,
        status_reason,
        parser_version,
        relative_path,
        department_name,
        region_code,
        forms_found,
        forms_expected,
        missing_forms,
        number_count,
        proven_count,
        consistent_count,
        unproven_count,
        contradictory_count,
        issue_count,
        break_count,
        has_unit_finding,
        size_bytes,
        published_text,
        token_count,
        explained_count,
        unexplained_count,
        cast(
            explained_count / nullif(token_count, 0) as decimal(9, 6)
        ) as explained_share,
        form_page_token_count,
        form_page_unexplained_count
    from files_with_grades

)

select * from described
order by relative_path
