with

manifest as (

    select * from {{ ref('stg_lake__manifest') }}

),

documents as (

    select * from {{ ref('int_document__identified') }}

),

counts as (

    select * from {{ ref('int_document__counted') }}

),

-- a department's tables are named by narratives, a government's by its report
companioned as (

    select * from {{ ref('int_document__companioned') }}
    union all by name
    select * from {{ ref('int_government_document__named') }}

),

issues as (

    select * from {{ ref('stg_lake__issue') }}

),

-- problems that a companion's name does not settle, and those that neither name nor
-- region given by a reader does
problems_counted as (

    select
        document_id,
        count(*) filter (where category != 'department_unknown') as problem_count,
        count(*) filter (
            where category not in ('department_unknown', 'region_unknown')
        ) as other_problem_count
    from issues
    where severity != 'info'
    group by document_id

),

-- tables that lacked nothing but their body or its region are whole once it is given
overrides_settling as (

    select documents.document_id
    from documents
    left join problems_counted
        on documents.document_id = problems_counted.document_id
    where
        documents.status = 'partial'
        and documents.override_reason is not null
        and documents.department_id is not null
        and documents.region_code is not null
        and documents.status_reason not like 'companion:%'
        and coalesce(problems_counted.other_problem_count, 0) = 0
        and coalesce(len(documents.missing_forms), 0) = 0

),

-- tables that lacked nothing but a name are whole once a companion of a known region
-- names their body
companions_settling as (

    select
        documents.document_id,
        min(companion_files.file_name) as companion_file_name
    from documents
    inner join companioned
        on documents.document_id = companioned.document_id
    inner join manifest as companion_files
        on companioned.companion_document_id = companion_files.document_id
    left join problems_counted
        on documents.document_id = problems_counted.document_id
    where
        documents.status = 'partial'
        and companioned.region_code is not null
        and coalesce(problems_counted.problem_count, 0) = 0
        and coalesce(len(documents.missing_forms), 0) = 0
    group by documents.document_id

),

-- many files to at most one extract: the same bytes are the same document
files_with_extract as (

    select
        manifest.relative_path,
        manifest.document_id,
        manifest.file_name,
        manifest.is_duplicate,
        manifest.size_bytes,
        manifest.source_url,
        manifest.retrieved_at,
        documents.phase,
        documents.reporting_scope,
        documents.title,
        documents.media_type,
        documents.page_count,
        documents.reported_unit,
        documents.published_on,
        documents.published_text,
        documents.forms_found,
        documents.forms_expected,
        documents.missing_forms,
        documents.parser_version,
        coalesce(
            documents.department_id, companioned.department_id
        ) as department_id,
        coalesce(
            documents.department_name, companioned.department_name
        ) as department_name,
        coalesce(
            documents.department_type, companioned.department_type
        ) as department_type,
        coalesce(
            documents.region_code, companioned.region_code
        ) as region_code,
        coalesce(
            documents.fiscal_year, companioned.fiscal_year
        ) as fiscal_year,
        case
            when manifest.is_duplicate then 'duplicate'
            when documents.document_id is null then 'quarantined'
            when companions_settling.document_id is not null then 'loaded'
            when overrides_settling.document_id is not null then 'loaded'
            else documents.status
        end as status,
        case
            when manifest.is_duplicate
                then
                    'same bytes as '
                    || coalesce(manifest.duplicate_of, 'an earlier file')
            when documents.document_id is null
                then 'the file is listed but the lake holds no extract of it'
            when companions_settling.document_id is not null
                then
                    'the department is named by '
                    || companions_settling.companion_file_name
            when overrides_settling.document_id is not null
                then 'set in ref_department_override: ' || documents.override_reason
            else documents.status_reason
        end as status_reason
    from manifest
    left join documents
        on manifest.document_id = documents.document_id
    left join companioned
        on manifest.document_id = companioned.document_id
    left join companions_settling
        on manifest.document_id = companions_settling.document_id
    left join overrides_settling
        on manifest.document_id = overrides_settling.document_id

),

-- files to at most one row of counts; a duplicate has none of its own
files_with_counts as (

    select
        files_with_extract.*,
        counts.figures_hash,
        coalesce(counts.has_unit_finding, false) as has_unit_finding,
        case
            when files_with_extract.is_duplicate then 0 else
                coalesce(counts.number_count, 0)
        end as number_count,
        case
            when files_with_extract.is_duplicate then 0 else
                coalesce(counts.issue_count, 0)
        end as issue_count,
        case
            when files_with_extract.is_duplicate then 0 else
                coalesce(counts.break_count, 0)
        end as break_count
    from files_with_extract
    left join counts
        on files_with_extract.document_id = counts.document_id

),

-- several uploads of one disclosure: the latest, else the fullest, is the current one;
-- where a year is not told more forms are expected, and found: those missing tell
uploads_ranked as (

    select
        relative_path,
        file_name,
        forms_found,
        number_count,
        first_value(file_name) over uploads as current_file_name,
        first_value(forms_found) over uploads as current_forms_found,
        row_number() over uploads as upload_rank
    from files_with_counts
    where
        status in ('loaded', 'partial')
        and number_count > 0
        and department_id is not null
        and fiscal_year is not null
        and phase is not null
    window uploads as (
        partition by
            department_id, fiscal_year, phase, coalesce(reporting_scope, 'department')
        order by
            published_on desc nulls last,
            retrieved_at desc nulls last,
            coalesce(len(missing_forms), 0) asc,
            number_count desc,
            relative_path asc
    )

),

-- the same figures in other bytes (another format, saved again) are the same upload
figures_ranked as (

    select
        relative_path,
        first_value(file_name) over same_figures as first_file_name,
        row_number() over same_figures as figures_rank
    from files_with_counts
    where
        status in ('loaded', 'partial')
        and number_count > 0
    window same_figures as (
        partition by figures_hash, department_id, fiscal_year
        order by
            published_on desc nulls last,
            retrieved_at desc nulls last,
            relative_path asc
    )

),

-- files to at most one rank; a file with few forms is a part, not an older upload
files_with_rank as (

    select
        files_with_counts.* exclude (status, status_reason),
        case
            when figures_ranked.relative_path is not null then 'superseded'
            when uploads_ranked.relative_path is not null then 'superseded' else
                files_with_counts.status
        end as status,
        case
            when figures_ranked.relative_path is not null
                then 'the same figures as ' || figures_ranked.first_file_name
            when uploads_ranked.relative_path is not null
                then
                    'another upload of this disclosure is current: '
                    || uploads_ranked.current_file_name
            else files_with_counts.status_reason
        end as status_reason
    from files_with_counts
    left join uploads_ranked
        on
            files_with_counts.relative_path = uploads_ranked.relative_path
            and uploads_ranked.upload_rank > 1
            and uploads_ranked.forms_found >= {{ var('whole_disclosure_forms') }}
            and uploads_ranked.current_forms_found
            >= {{ var('whole_disclosure_forms') }}
    left join figures_ranked
        on
            files_with_counts.relative_path = figures_ranked.relative_path
            and figures_ranked.figures_rank > 1

),

files_with_disclosure as (

    select
        *,
        'disclosure-' || left(
            md5(
                coalesce(
                    department_id || '|' || fiscal_year || '|' || phase,
                    document_id
                )
            ),
            16
        ) as disclosure_id
    from files_with_rank

)

select * from files_with_disclosure
