"""An `Extract` -> the rows of its Parquet tables, with stable keys for issues and sums."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from enum import Enum
from functools import cache
from operator import attrgetter

from pipeline.errors import SchemaMismatch
from pipeline.model.account import AccountCount
from pipeline.model.extract import (
    DocumentRecord,
    Extract,
    FormRecord,
    FormValue,
    Issue,
    Mention,
    SumCheck,
    field_names,
)
from pipeline.model.finding import Finding
from pipeline.model.narrative import NarrativeFact
from pipeline.model.performance import IndicatorRecord, ProjectRecord
from pipeline.model.personal import WithheldPlace

#: Hexadecimal digits of a key: 64 bits keep two of a million apart with a chance of one in thirty million.
_KEY_DIGITS = 16

RowDict = dict[str, object]


def extract_rows(extract: Extract) -> dict[str, list[RowDict]]:
    """The rows of every per-document table, keyed as in `model/schemas.py`.

    Raises:
        SchemaMismatch: Two values of the document carry the same `value_id`.
    """
    _check_value_ids(extract.values, extract.document_id)
    document_id = extract.document_id
    checks = list(_check_rows(extract.checks, document_id))
    return {
        "document": [_document_row(extract.record, extract)],
        "form": [{"document_id": document_id, **_plain(form)} for form in extract.forms],
        "value": [{"document_id": document_id, **_plain(value)} for value in extract.values],
        "issue": list(_issue_rows(extract.issues, document_id)),
        "reconciliation": checks,
        "finding": list(_finding_rows(extract.findings, checks, document_id)),
        "mention": [{"document_id": document_id, **_plain(mention)} for mention in extract.mentions],
        "narrative": list(_narrative_rows(extract.narrative, document_id)),
        "account": [{"document_id": document_id, **_plain(count)} for count in extract.account.counts],
        "withheld": [
            {"document_id": document_id, "place_no": number, **_plain(place)}
            for number, place in enumerate(extract.withheld, 1)
        ],
        "project": [{"document_id": document_id, **_plain(project)} for project in extract.projects],
        "performance_indicator": [
            {"document_id": document_id, **_plain(indicator)} for indicator in extract.indicators
        ],
    }


#: Reading order within a document; the key last, so that the order is total.
SORT_KEYS: dict[str, tuple[str, ...]] = {
    "document": ("document_id",),
    "form": ("page_no", "line_no", "form_id", "instance_no"),
    "value": ("page_no", "form_id", "instance_no", "line_order", "row_no", "col_no", "value_id"),
    "issue": ("page_no", "row_no", "col_no", "category", "issue_id"),
    "reconciliation": ("form_id", "instance_no", "rule_id", "check_id"),
    "finding": ("form_id", "instance_no", "row_no", "finding_id"),
    "mention": ("amount_yuan", "reported_text", "reported_unit"),
    "narrative": ("fact_order",),
    "account": ("form_id", "instance_no", "is_form_page", "number_kind"),
    "withheld": ("place_no",),
    "project": ("page_no", "form_id", "instance_no", "row_no", "project_id"),
    "performance_indicator": ("page_no", "form_id", "instance_no", "indicator_order", "indicator_id"),
}


def stable_key(*parts: object) -> str:
    """A short hash of the parts, the same on every machine; `None` and the empty text differ.

    >>> stable_key("印刷费", None) == stable_key("印刷费", "")
    False
    """
    text = "\x1f".join("\x00" if part is None else str(part) for part in parts)
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:_KEY_DIGITS]


def _document_row(record: DocumentRecord, extract: Extract) -> RowDict:
    return {"document_id": extract.document_id, "parser_version": extract.parser_version, **_plain(record)}


def _issue_rows(issues: Iterable[Issue], document_id: str) -> Iterator[RowDict]:
    seen: Counter[str] = Counter()
    for issue in issues:
        row = _plain(issue)
        key = stable_key(document_id, *row.values())
        seen[key] += 1
        yield {"issue_id": stable_key(key, seen[key]), "document_id": document_id, **row}


def _check_rows(checks: Iterable[SumCheck], document_id: str) -> Iterator[RowDict]:
    seen: Counter[str] = Counter()
    for check in checks:
        key = stable_key(
            document_id, check.rule_id, check.form_id, check.instance_no, check.instance_label, check.measure
        )
        seen[key] += 1
        yield {"check_id": stable_key(key, seen[key]), "document_id": document_id, **_plain(check)}


def _finding_rows(findings: Iterable[Finding], checks: list[RowDict], document_id: str) -> Iterator[RowDict]:
    for finding in findings:
        check_ids = [checks[number]["check_id"] for number in finding.checks]
        row = {name: value for name, value in _plain(finding).items() if name != "checks"}
        finding_id = stable_key(document_id, finding.cause.value, *check_ids)
        yield {"finding_id": finding_id, "document_id": document_id, **row, "check_ids": check_ids}


#: What a fact is found by and needs no more once it is read.
_READING_ONLY = frozenset({"line_names", "position", "paragraph_no", "offset"})


def _narrative_rows(facts: Iterable[NarrativeFact], document_id: str) -> Iterator[RowDict]:
    for order, fact in enumerate(facts):
        row = {name: value for name, value in _plain(fact).items() if name not in _READING_ONLY}
        yield {"document_id": document_id, **row, "derived_from": list(fact.derived_from), "fact_order": order}


def _check_value_ids(values: Iterable[FormValue], document_id: str) -> None:
    counts = Counter(value.value_id for value in values)
    repeated = [value_id for value_id, count in counts.items() if count > 1]
    if repeated:
        raise SchemaMismatch(
            f"{len(repeated)} value ids stand twice, the first is {repeated[0]}",
            expected="one id per value",
            remedy="report this document: two cells of one form were given the same place",
            document=document_id,
        )


def _plain(
    record: DocumentRecord
    | FormRecord
    | FormValue
    | Issue
    | SumCheck
    | Finding
    | Mention
    | NarrativeFact
    | AccountCount
    | WithheldPlace
    | ProjectRecord
    | IndicatorRecord,
) -> RowDict:
    """A frozen record as a row: enums become their text, tuples become lists."""
    kind = type(record)
    return {
        name: value if type(value) in _PLAIN else _plain_value(value)
        for name, value in zip(field_names(kind), _fields_of(kind)(record), strict=True)  # type: ignore[arg-type]  # a class is hashable
    }


#: Most values of a row; asking this first is what makes rows quick.
_PLAIN = frozenset({str, int, float, bool, Decimal, type(None)})


@cache
def _fields_of(kind: type) -> Callable[[object], tuple[object, ...]]:
    return attrgetter(*field_names(kind))


def _plain_value(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [float(part) if isinstance(part, (int, float)) else part for part in value]
    return value
