"""The Parquet schemas of the lake: one per table, checked on write and on read.

Per document (`lake/documents/<document_id>/<table>.parquet`): document, form, value, issue, reconciliation,
finding, mention, narrative, account, withheld, project, performance_indicator.
Once per run (`lake/<table>.parquet`): manifest, retrieval, rule, form_catalogue, narrative_term.
"""

from __future__ import annotations

import polars as pl

MONEY = pl.Decimal(20, 2)
#: Six places: the last digit of 12.345678 亿元 is 100 yuan, of 0.01 元 one fen, of 0.0001 元 less than that.
PRECISION = pl.Decimal(20, 6)

DOCUMENT = pl.Schema(
    {
        "document_id": pl.String(),
        "media_type": pl.String(),
        "page_count": pl.Int32(),
        "title": pl.String(),
        "department_id": pl.String(),
        "department_name": pl.String(),
        "department_type": pl.String(),
        "region_code": pl.String(),
        "fiscal_year": pl.Int32(),
        "phase": pl.String(),
        "reporting_scope": pl.String(),
        "reported_unit": pl.String(),
        "published_on": pl.String(),
        "status": pl.String(),
        "status_reason": pl.String(),
        "forms_found": pl.Int32(),
        "forms_expected": pl.Int32(),
        "missing_forms": pl.List(pl.String()),
        "parser_version": pl.String(),
    }
)

FORM = pl.Schema(
    {
        "document_id": pl.String(),
        "form_id": pl.String(),
        "instance_no": pl.Int32(),
        "title": pl.String(),
        "form_no": pl.String(),
        "status": pl.String(),
        "reported_unit": pl.String(),
        "unit_evidence": pl.String(),
        "method": pl.String(),
        "page_no": pl.Int32(),
        "line_no": pl.Int32(),
        "number_count": pl.Int32(),
        "blank_count": pl.Int32(),
        "dash_count": pl.Int32(),
        "none_word_count": pl.Int32(),
        "unreadable_count": pl.Int32(),
        "empty_note": pl.String(),
        "reporting_unit": pl.String(),
        "reporting_unit_code": pl.String(),
        "fiscal_year": pl.Int32(),
        "phase": pl.String(),
    }
)

VALUE = pl.Schema(
    {
        "value_id": pl.String(),
        "document_id": pl.String(),
        "form_id": pl.String(),
        "instance_no": pl.Int32(),
        "line_side": pl.String(),
        "line_code": pl.String(),
        "line_label": pl.String(),
        "qualifier": pl.String(),
        "measure": pl.String(),
        "cell_kind": pl.String(),
        "amount_yuan": MONEY,
        "count_value": MONEY,
        "reported_text": pl.String(),
        "stored_text": pl.String(),
        "reported_unit": pl.String(),
        "unit_evidence": pl.String(),
        "precision_yuan": PRECISION,
        "class_level": pl.Int32(),
        "is_leaf": pl.Boolean(),
        "line_order": pl.Int32(),
        "page_no": pl.Int32(),
        "row_no": pl.Int32(),
        "col_no": pl.Int32(),
        "bbox": pl.List(pl.Float64()),
        "reported_line": pl.String(),
        "method": pl.String(),
        "method_reason": pl.String(),
        "grade": pl.String(),
        "reporting_unit": pl.String(),
        "line_role": pl.String(),
        "area_scope": pl.String(),
    }
)

ISSUE = pl.Schema(
    {
        "issue_id": pl.String(),
        "document_id": pl.String(),
        "category": pl.String(),
        "severity": pl.String(),
        "form_id": pl.String(),
        "instance_no": pl.Int32(),
        "page_no": pl.Int32(),
        "row_no": pl.Int32(),
        "col_no": pl.Int32(),
        "raw_text": pl.String(),
        "message": pl.String(),
        "remedy": pl.String(),
    }
)

RECONCILIATION = pl.Schema(
    {
        "check_id": pl.String(),
        "document_id": pl.String(),
        "rule_id": pl.String(),
        "form_id": pl.String(),
        "instance_no": pl.Int32(),
        "instance_label": pl.String(),
        "measure": pl.String(),
        "relation": pl.String(),
        "left_yuan": MONEY,
        "right_yuan": MONEY,
        "difference_yuan": MONEY,
        "tolerance_yuan": PRECISION,
        "outcome": pl.String(),
        "left_value_ids": pl.List(pl.String()),
        "right_value_ids": pl.List(pl.String()),
    }
)

FINDING = pl.Schema(
    {
        "finding_id": pl.String(),
        "document_id": pl.String(),
        "cause": pl.String(),
        "severity": pl.String(),
        "form_id": pl.String(),
        "instance_no": pl.Int32(),
        "page_no": pl.Int32(),
        "row_no": pl.Int32(),
        "col_no": pl.Int32(),
        "line_code": pl.String(),
        "line_label": pl.String(),
        "measure": pl.String(),
        "is_located": pl.Boolean(),
        "difference_yuan": MONEY,
        "proposed_yuan": MONEY,
        "value_ids": pl.List(pl.String()),
        "check_ids": pl.List(pl.String()),
        "sentence_zh": pl.String(),
        "sentence_en": pl.String(),
    }
)

MENTION = pl.Schema(
    {
        "document_id": pl.String(),
        "amount_yuan": MONEY,
        "reported_text": pl.String(),
        "reported_unit": pl.String(),
        "occurrences": pl.Int32(),
    }
)

NARRATIVE = pl.Schema(
    {
        "fact_id": pl.String(),
        "document_id": pl.String(),
        "section": pl.String(),
        "topic": pl.String(),
        "measure": pl.String(),
        "line_code": pl.String(),
        "line_label": pl.String(),
        "basis": pl.String(),
        "reference_year": pl.Int32(),
        "amount_yuan": MONEY,
        "rate_percent": PRECISION,
        "count_value": MONEY,
        "reported_text": pl.String(),
        "reported_unit": pl.String(),
        "precision": PRECISION,
        "reason": pl.String(),
        "sentence": pl.String(),
        "page_no": pl.Int32(),
        "line_no": pl.Int32(),
        "bbox": pl.List(pl.Float64()),
        "is_derived": pl.Boolean(),
        "derived_from": pl.List(pl.String()),
        "doubt": pl.String(),
        "grade": pl.String(),
        "fact_order": pl.Int32(),
    }
)

ACCOUNT = pl.Schema(
    {
        "document_id": pl.String(),
        "form_id": pl.String(),
        "instance_no": pl.Int32(),
        "is_form_page": pl.Boolean(),
        "number_kind": pl.String(),
        "token_count": pl.Int32(),
    }
)

WITHHELD = pl.Schema(
    {
        "document_id": pl.String(),
        "place_no": pl.Int32(),
        "kind": pl.String(),
        "page_no": pl.Int32(),
        "bbox": pl.List(pl.Float64()),
    }
)

PROJECT = pl.Schema(
    {
        "document_id": pl.String(),
        "project_id": pl.String(),
        "form_id": pl.String(),
        "instance_no": pl.Int32(),
        "kind": pl.String(),
        "project_name": pl.String(),
        "project_key": pl.String(),
        "implementing_unit": pl.String(),
        "initial_budget_yuan": MONEY,
        "initial_budget_text": pl.String(),
        "annual_budget_yuan": MONEY,
        "annual_budget_text": pl.String(),
        "executed_yuan": MONEY,
        "executed_text": pl.String(),
        "reported_unit": pl.String(),
        "unit_evidence": pl.String(),
        "precision_yuan": PRECISION,
        "execution_rate": PRECISION,
        "execution_rate_text": pl.String(),
        "score": PRECISION,
        "score_text": pl.String(),
        "grade": pl.String(),
        "value_ids": pl.List(pl.String()),
        "page_no": pl.Int32(),
        "row_no": pl.Int32(),
        "method": pl.String(),
        "method_reason": pl.String(),
    }
)

PERFORMANCE_INDICATOR = pl.Schema(
    {
        "document_id": pl.String(),
        "indicator_id": pl.String(),
        "project_id": pl.String(),
        "form_id": pl.String(),
        "instance_no": pl.Int32(),
        "phase": pl.String(),
        "period": pl.String(),
        "level1_name": pl.String(),
        "level2_name": pl.String(),
        "level3_name": pl.String(),
        "target_text": pl.String(),
        "target_operator": pl.String(),
        "target_value": PRECISION,
        "target_unit": pl.String(),
        "adjusted_text": pl.String(),
        "adjusted_operator": pl.String(),
        "adjusted_value": PRECISION,
        "adjusted_unit": pl.String(),
        "actual_text": pl.String(),
        "actual_operator": pl.String(),
        "actual_value": PRECISION,
        "actual_unit": pl.String(),
        "weight_text": pl.String(),
        "weight": PRECISION,
        "score_text": pl.String(),
        "score": PRECISION,
        "reason": pl.String(),
        "standards_text": pl.String(),
        "notes_text": pl.String(),
        "indicator_order": pl.Int32(),
        "page_no": pl.Int32(),
        "row_no": pl.Int32(),
        "method": pl.String(),
        "method_reason": pl.String(),
    }
)

MANIFEST = pl.Schema(
    {
        "relative_path": pl.String(),
        "file_name": pl.String(),
        "document_id": pl.String(),
        "size_bytes": pl.Int64(),
        "source_url": pl.String(),
        "retrieved_at": pl.String(),
        "is_duplicate": pl.Boolean(),
        "duplicate_of": pl.String(),
    }
)

RETRIEVAL = pl.Schema(
    {
        "source_url": pl.String(),
        "version_no": pl.Int32(),
        "document_id": pl.String(),
        "source_id": pl.String(),
        "page_url": pl.String(),
        "final_url": pl.String(),
        "retrieved_at": pl.String(),
        "file_name": pl.String(),
        "size_bytes": pl.Int64(),
        "http_status": pl.Int32(),
        "content_type": pl.String(),
        "etag": pl.String(),
        "last_modified": pl.String(),
        "is_current": pl.Boolean(),
        "replaced_at": pl.String(),
        "gone_at": pl.String(),
    }
)

RULE = pl.Schema(
    {
        "rule_id": pl.String(),
        "name_zh": pl.String(),
        "name_en": pl.String(),
        "form_ids": pl.List(pl.String()),
        "phases": pl.List(pl.String()),
        "kind": pl.String(),
        "relation": pl.String(),
        "severity": pl.String(),
        "valid_from": pl.Int32(),
        "valid_to": pl.Int32(),
        "formula": pl.String(),
        "source": pl.String(),
        "sentence_topics": pl.List(pl.String()),
        "sentence_measure": pl.String(),
        "sentence_sections": pl.List(pl.String()),
        "table_sides": pl.List(
            pl.Struct(
                {
                    "alternative": pl.Int32(),
                    "form_id": pl.String(),
                    "line_side": pl.String(),
                    "codes": pl.List(pl.String()),
                    "roles": pl.List(pl.String()),
                    "measure": pl.String(),
                }
            )
        ),
    }
)

NARRATIVE_TERM = pl.Schema(
    {
        "term_kind": pl.String(),
        "term_id": pl.String(),
        "name_zh": pl.String(),
        "name_en": pl.String(),
    }
)

FORM_CATALOGUE = pl.Schema(
    {
        "form_id": pl.String(),
        "name_zh": pl.String(),
        "name_en": pl.String(),
        "phases": pl.List(pl.String()),
        "expected_in": pl.List(pl.String()),
        "row_kind": pl.String(),
        "measures": pl.List(pl.String()),
        "titles": pl.List(pl.String()),
        "valid_from": pl.Int32(),
        "valid_to": pl.Int32(),
        "source": pl.String(),
    }
)

#: Tables written once per document, in the order of their dependence.
PER_DOCUMENT: dict[str, pl.Schema] = {
    "document": DOCUMENT,
    "form": FORM,
    "value": VALUE,
    "issue": ISSUE,
    "reconciliation": RECONCILIATION,
    "finding": FINDING,
    "mention": MENTION,
    "narrative": NARRATIVE,
    "account": ACCOUNT,
    "withheld": WITHHELD,
    "project": PROJECT,
    "performance_indicator": PERFORMANCE_INDICATOR,
}

#: Tables of documents whose files are gone, by the table they were read into: what a later version is held against.
PER_RETIRED: dict[str, tuple[str, pl.Schema]] = {"retired_value": ("value", VALUE)}

#: Tables written once per run.
PER_RUN: dict[str, pl.Schema] = {
    "manifest": MANIFEST,
    "retrieval": RETRIEVAL,
    "rule": RULE,
    "form_catalogue": FORM_CATALOGUE,
    "narrative_term": NARRATIVE_TERM,
}
