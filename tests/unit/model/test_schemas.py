"""The Parquet schemas say what the types hold: no field is lost between them."""

from __future__ import annotations

import pytest

from pipeline.model import schemas
from pipeline.model.extract import DocumentRecord, FormRecord, FormValue, Issue, SumCheck, field_names

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
    assert set(field_names(record)) <= set(schema)
    assert set(schema) - set(field_names(record)) <= _ADDED
