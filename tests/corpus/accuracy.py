"""How many numbers are read right: random documents of known truth in every setting, counted per setting and form.

    python -m tests.corpus.accuracy --documents 12 --write docs/accuracy.md

A number counts as found when form, side, code, label, qualifier, measure and amount all agree; as wrong when a value is
read that was never printed so; as missing when a printed one is not among the values. A missing number of a document
with an issue is said; one of a document without any is silent.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model.extract import CellKind, Extract, Grade, Severity
from tests.corpus.planted import measure_planted, planted_lines
from tests.corpus.random_facts import random_facts
from tests.corpus.reading_made import read_made
from tests.corpus.scan_accuracy import measure_scans, scan_lines
from tests.corpus.typeset import Format, Style, Typeset, typeset
from tests.corpus.write_html import HtmlStyle
from tests.corpus.write_ofd import OfdStyle
from tests.corpus.write_pdf import PdfStyle
from tests.corpus.write_tabbed_text import TabbedTextStyle
from tests.corpus.write_whitespace_text import WhitespaceTextStyle
from tests.corpus.write_xlsx import XlsxStyle

#: Every born-digital setting: name in the table, format, style (`None`: the writer's default).
SETTINGS: tuple[tuple[str, Format, Style | None], ...] = (
    ("PDF, ruled", Format.PDF, None),
    ("PDF, ruled, rotated page", Format.PDF, PdfStyle(is_rotated=True)),
    ("PDF, ruled, no repeated header", Format.PDF, PdfStyle(repeats_header=False, is_landscape=False)),
    ("PDF, no rules", Format.PDF, PdfStyle(has_rules=False)),
    ("PDF, no rules, rotated, no repeated header", Format.PDF, PdfStyle(False, True, False, has_rules=False)),
    ("Excel", Format.XLSX, None),
    ("Excel, codes as floats, noisy doubles", Format.XLSX, XlsxStyle(codes_as_floats=True, stores_noise=True)),
    ("Word", Format.DOCX, None),
    ("HTML", Format.HTML, None),
    ("HTML, GB18030, in a frame, unclosed cells", Format.HTML, HtmlStyle("gb18030", True, 16, closes_cells=False)),
    ("OFD", Format.OFD, None),
    ("OFD, rotated, rules as rectangles", Format.OFD, OfdStyle(is_rotated=True, rules_are_rectangles=True)),
    ("text, tabs", Format.TABBED_TEXT, None),
    ("text, tabs, wrapped labels", Format.TABBED_TEXT, TabbedTextStyle(wrap_width=14)),
    ("text, whitespace", Format.WHITESPACE_TEXT, None),
    ("text, whitespace, narrow", Format.WHITESPACE_TEXT, WhitespaceTextStyle(line_width=60)),
    ("text, whitespace, blank cells gone", Format.WHITESPACE_TEXT, WhitespaceTextStyle(collapse_blanks=True)),
)

_Key = tuple[object, ...]


@dataclass(slots=True)
class Tally:
    """Counts of one setting."""

    printed: int = 0
    found: int = 0
    wrong: int = 0
    missing: int = 0
    silent: int = 0
    wrong_proven: int = 0
    false_breaks: int = 0
    missing_by_form: Counter[str] = field(default_factory=Counter)

    def add(self, made: Typeset, extract: Extract) -> None:
        """Compares what was read from one document with its truth."""
        truth = Counter(_key(value) for value in made.expected_numbers)
        numbers = [value for value in extract.values if value.cell_kind is CellKind.NUMBER]
        read = Counter(_key(value) for value in numbers)
        missing, wrong = truth - read, read - truth
        has_warning = any(issue.severity is not Severity.INFO for issue in extract.issues)
        self.printed += truth.total()
        self.found += (truth & read).total()
        self.missing += missing.total()
        self.wrong += wrong.total()
        self.silent += 0 if has_warning else missing.total()
        self.wrong_proven += sum(1 for value in numbers if value.grade is Grade.PROVEN and _key(value) in wrong)
        self.false_breaks += 0 if missing or wrong else sum(check.outcome == "break" for check in extract.checks)
        self.missing_by_form.update(str(key[0]) for key in missing.elements())


def _key(value: object) -> _Key:
    names = ("form_id", "line_side", "line_code", "line_label", "qualifier", "measure", "amount_yuan", "count_value")
    return tuple(getattr(value, name) for name in names)


def measure(documents: int, report: Callable[[str], None] = lambda _: None) -> dict[str, Tally]:
    """Reads `documents` random documents in every setting and counts."""
    facts = [random_facts(seed) for seed in range(documents)]
    tallies: dict[str, Tally] = {}
    for name, file_format, style in SETTINGS:
        tally = tallies[name] = Tally()
        for document in facts:
            made = typeset(document, file_format, style)
            tally.add(made, read_made(made))
        report(name)
    return tallies


def to_markdown(tallies: dict[str, Tally], documents: int) -> str:
    """Writes the counts as the page's first part."""
    return "\n".join(_lines(tallies, documents)) + "\n"


def _lines(tallies: dict[str, Tally], documents: int) -> Iterator[str]:
    yield "# Accuracy on documents of known content"
    yield ""
    yield f"{documents} random documents of four templates (`tests/corpus/random_facts.py`, seeds 0 to {documents - 1})"
    yield "typeset in every setting and read from bytes to values. Written by `make accuracy`."
    yield ""
    yield "*Found*: form, side, code, label, qualifier, measure and amount all right. *Wrong*: read and never"
    yield "printed so. *Missing, said*: the document carries an issue that names it; *silent*: it does not. *Wrong"
    yield "and proven*: wrong numbers that the sums vouch for. *False breaks*: sums reported broken in documents"
    yield "read without an error."
    yield ""
    yield "| setting | numbers | found | wrong | missing, said | silent | wrong and proven | false breaks |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, tally in tallies.items():
        share = 100 * tally.found / max(tally.printed, 1)
        yield (
            f"| {name} | {tally.printed:,} | {share:.2f} % | {tally.wrong} | {tally.missing - tally.silent} "
            f"| {tally.silent} | {tally.wrong_proven} | {tally.false_breaks} |"
        )
    yield ""
    yield "Where numbers are missing, by form:"
    yield ""
    for name, tally in tallies.items():
        if tally.missing:
            forms = ", ".join(f"`{form}` {count}" for form, count in tally.missing_by_form.most_common())
            yield f"- {name}: {forms}"


def main() -> None:
    """Measures and prints the page, or writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=12, help="random documents per setting")
    parser.add_argument("--scans", type=int, default=0, help="random documents per scan setting; 10 take an hour")
    parser.add_argument("--planted", type=int, default=1000, help="documents with an error planted in them")
    parser.add_argument("--write", type=Path, help="the page to write")
    options = parser.parse_args()

    def report(line: str) -> None:
        print(line, flush=True)

    page = to_markdown(measure(options.documents, report), options.documents)
    if options.planted:
        page += "\n" + "\n".join(planted_lines(measure_planted(options.planted))) + "\n"
    if options.scans:
        page += "\n" + "\n".join(scan_lines(measure_scans(options.scans, report=report), options.scans)) + "\n"
    if options.write:
        options.write.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
