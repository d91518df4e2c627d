"""Stable ids of form values: document, form, line, column; the same on every machine."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from pipeline.model.extract import FormValue

_ID_LENGTH = 20


def with_ids(values: Iterable[FormValue], document_id: str) -> list[FormValue]:
    """Gives each value a stable id: document, form, line, column; a repeated line counts up."""
    seen: Counter[tuple[object, ...]] = Counter()
    result = []
    for value in values:
        key = (
            document_id,
            value.form_id,
            value.instance_no,
            value.line_side,
            value.line_code,
            value.line_label,
            value.qualifier,
            value.measure,
        )
        seen[key] += 1
        result.append(value._replace(value_id=short_hash(*key, seen[key])))
    return result


def short_hash(*parts: object) -> str:
    """Returns a hash of the parts, 20 hexadecimal digits."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:_ID_LENGTH]
