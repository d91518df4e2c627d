"""What the typesetter sets as HTML and OFD comes out again: every number, and no other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.flow import extract_document
from pipeline.model.extract import CellKind, FormValue
from pipeline.model.source import SourceFile
from pipeline.model.text import squeeze
from tests.corpus.facts import DocumentFacts, ExpectedValue
from tests.corpus.facts_files import fact_file_names, load_facts
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, Style, typeset
from tests.corpus.write_html import HtmlStyle
from tests.corpus.write_ofd import OfdStyle

STYLES: dict[str, tuple[Format, Style]] = {
    "html": (Format.HTML, HtmlStyle()),
    "html gbk in a frame": (Format.HTML, HtmlStyle(encoding="gb18030", has_frame=True, closes_cells=False)),
    "html from excel": (Format.HTML, HtmlStyle(wrap_width=14, has_hidden_rows=True)),
    "ofd": (Format.OFD, OfdStyle()),
    "ofd sideways": (Format.OFD, OfdStyle(is_rotated=True, runs_are_packed=False)),
    "ofd without rules": (Format.OFD, OfdStyle(has_rules=False)),
    "ofd of rectangles": (Format.OFD, OfdStyle(rules_are_rectangles=True, has_template=True)),
}
DOCUMENTS = (*fact_file_names(), *(f"random {seed}" for seed in range(6)))
#: Setting a page twice costs two seconds: the rarer kinds of OFD are tried on few documents.
RARE = ("ofd sideways", "ofd of rectangles", "ofd without rules")
FEW = (fact_file_names()[0], "random 0", "random 1")
CASES = [(name, style) for style in STYLES for name in (FEW if style in RARE else DOCUMENTS)]


def facts_of(name: str) -> DocumentFacts:
    kind, _, seed = name.partition(" ")
    return random_facts(int(seed)) if kind == "random" else load_facts(name)


def identity(value: ExpectedValue | FormValue) -> tuple[object, ...]:
    return (
        value.form_id,
        value.line_side,
        value.line_code,
        squeeze(value.line_label),
        value.qualifier,
        value.measure,
        value.amount_yuan,
        value.count_value,
    )


@pytest.mark.parametrize(("name", "style"), CASES)
def test_every_number_comes_out_and_no_other(name: str, style: str, tmp_path: Path) -> None:
    made = typeset(facts_of(name), *STYLES[style])
    path = tmp_path / f"file{made.ending}"
    path.write_bytes(made.content)
    extract = extract_document(SourceFile("0" * 64, path.name, path.name, path, len(made.content)))
    expected = Counter(map(identity, made.expected_numbers))
    found = Counter(identity(value) for value in extract.values if value.cell_kind is CellKind.NUMBER)
    assert list((expected - found).elements()) == [], extract.record.status_reason
    assert list((found - expected).elements()) == []
