"""The Parquet schemas say what the types hold: no field is lost between them."""

from __future__ import annotations

from dataclasses import fields

import pytest

from pipeline.model import schemas
from pipeline.model.extract import DocumentRecord, FormRecord, FormValue, Issue, SumCheck

#: Keys the lake adds, and the document's own.
_ADDED = {"document_id", "parser_version", "issue_id", "check_id"}


@pytest.mark.parametrize(
    ("schema", "record"),
    [
        (schemas.DOCUMENT, DocumentRecord),
        (schemas.FORM, FormRecord),
        (schemas.VALUE, FormValue),
        (schemas.ISSUE, Issue),
        (schemas.RECONCILIATION, SumCheck),
    ],
    ids=["document", "form", "value", "issue", "reconciliation"],
)
def test_every_field_has_its_column(schema: object, record: type) -> None:
    assert {field.name for field in fields(record)} - set(schema) == set()  # type: ignore[call-overload]
    assert set(schema) - {field.name for field in fields(record)} <= _ADDED  # type: ignore[call-overload]
