"""Errors planted in typeset documents, and what the sums make of them: detected, located, falsely accused.

    python -m tests.corpus.planted --documents 1000

Each document is read twice, untouched and with one error. An error counts as detected when a finding explains a sum
that the untouched document does not break; as located when a located finding blames the planted cell, or the
planted row a second time, or where the form whose row is missing or whose unit was changed is named for that cause.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from pipeline.model.extract import Extract, Grade, Outcome, SumCheck
from pipeline.model.finding import Cause, Finding
from pipeline.reconcile.compare import vouches
from tests.corpus.amounts import CellKind, to_yuan
from tests.corpus.compose import compose
from tests.corpus.facts import ExpectedValue
from tests.corpus.random_facts import random_facts
from tests.corpus.reading_made import read_made
from tests.corpus.table import CellRole, FormPage, Row, TypesetDocument
from tests.corpus.typeset import Format, Typeset, write_document

#: Formats that print each cell for itself, so that a planted error is read as it stands.
FORMATS = (Format.XLSX, Format.PDF, Format.TABBED_TEXT)
ERRORS = ("digit", "swap", "stale_total", "dropped_row", "doubled_row", "unit")
_FEWEST_ROWS = 2
#: Errors that a finding locates by naming the form.
_CAUSE_OF_FORM = {"unit": Cause.UNIT, "dropped_row": Cause.MISSING_ROW}


@dataclass(frozen=True, slots=True)
class Plant:
    """One error: its kind, the form, what stood in the cells it touched, and by how much it changes the largest."""

    kind: str
    form_id: str
    cells: tuple[ExpectedValue, ...]
    change_yuan: Decimal | None = None

    @property
    def cell(self) -> ExpectedValue:
        """The first cell touched."""
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one planted error.

    Attributes:
        is_covered: whether a sum stands over the cell that the change breaks.
        is_proven: whether two independent sums vouch for the cell in the untouched document.
        false_findings: how many findings the untouched document has.
        cell: the first cell touched, for the list of misses.
    """

    kind: str
    is_covered: bool
    is_proven: bool
    is_detected: bool
    is_located: bool
    false_findings: int
    form_id: str
    cell: str


def plant(document: TypesetDocument, kind: str, rng: random.Random) -> tuple[TypesetDocument, Plant] | None:
    """Returns the document with one error of a kind; `None` where it offers no place for one."""
    forms = list(range(len(document.forms)))
    rng.shuffle(forms)
    for number in forms:
        changed = _PLANTERS[kind](document.forms[number], rng)
        if changed:
            page, planted = changed
            pages = tuple(page if n == number else form for n, form in enumerate(document.forms))
            return replace(document, forms=pages), planted
    return None


def _money_cells(page: FormPage) -> list[tuple[int, int]]:
    """Places of amounts in yuan that are not zero."""
    return [
        (row, col)
        for row, cells in enumerate(page.table.body)
        for col, cell in enumerate(cells)
        if cell.truth and cell.truth.cell_kind is CellKind.NUMBER and cell.truth.amount_yuan
    ]


def _with_text(page: FormPage, row: int, col: int, text: str) -> FormPage:
    cells = page.table.body[row]
    changed = tuple(replace(cell, text=text) if n == col else cell for n, cell in enumerate(cells))
    return _with_body(page, (*page.table.body[:row], changed, *page.table.body[row + 1 :]))


def _with_body(page: FormPage, body: tuple[Row, ...]) -> FormPage:
    return replace(page, table=replace(page.table, body=body))


def _in_a_cell(
    page: FormPage, rng: random.Random, kind: str, change: Callable[[str, random.Random], str | None]
) -> tuple[FormPage, Plant] | None:
    places = _money_cells(page)
    rng.shuffle(places)
    for row, col in places:
        cell = page.table.body[row][col]
        text = change(cell.text, rng)
        if text and text != cell.text and cell.truth:
            return _with_text(page, row, col, text), _changed_cell(kind, page, cell.truth, text)
    return None


def _changed_cell(kind: str, page: FormPage, truth: ExpectedValue, text: str) -> Plant:
    new = to_yuan(text, truth.reported_unit or "元")
    return Plant(kind, page.form.form_id, (truth,), abs(new - (truth.amount_yuan or Decimal(0))))


def _whole_row(kind: str, page: FormPage, row: Row) -> Plant:
    truths = _truths(row)
    return Plant(kind, page.form.form_id, truths, max(abs(truth.amount_yuan or Decimal(0)) for truth in truths))


def _change_digit(text: str, rng: random.Random) -> str | None:
    digits = [n for n, mark in enumerate(text) if mark.isdigit()]
    at = rng.choice(digits)
    others = [digit for digit in "0123456789" if digit != text[at] and not (digit == "0" and at == digits[0])]
    return text[:at] + rng.choice(others) + text[at + 1 :]


def _swap_digits(text: str, rng: random.Random) -> str | None:
    digits = [n for n, mark in enumerate(text) if mark.isdigit()]
    pairs = [(a, b) for a, b in pairwise(digits) if text[a] != text[b] and not (a == digits[0] and text[b] == "0")]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    marks = list(text)
    marks[a], marks[b] = marks[b], marks[a]
    return "".join(marks)


def _plant_digit(page: FormPage, rng: random.Random) -> tuple[FormPage, Plant] | None:
    return _in_a_cell(page, rng, "digit", _change_digit)


def _plant_swap(page: FormPage, rng: random.Random) -> tuple[FormPage, Plant] | None:
    return _in_a_cell(page, rng, "swap", _swap_digits)


def _plant_stale_total(page: FormPage, rng: random.Random) -> tuple[FormPage, Plant] | None:
    """The total of another year in a line of 合计 or 总计."""

    def other_year(text: str, rng: random.Random) -> str:
        amount = Decimal(text.replace(",", "")) * rng.randint(700, 1300) / 1000
        decimals = len(text.partition(".")[2])
        return f"{amount:,.{decimals}f}" if "," in text else f"{amount:.{decimals}f}"

    totals = [
        (row, col)
        for row, col in _money_cells(page)
        if any(cell.role is CellRole.TOTAL_LABEL for cell in page.table.body[row])
    ]
    if not totals:
        return None
    row, col = rng.choice(totals)
    cell = page.table.body[row][col]
    text = other_year(cell.text, rng)
    if text == cell.text or not cell.truth:
        return None
    return _with_text(page, row, col, text), _changed_cell("stale_total", page, cell.truth, text)


def _rows_with_money(page: FormPage) -> list[int]:
    """Rows of one line with an amount, totals left out: what a typist skips or types twice."""
    rows = {row for row, _ in _money_cells(page)}
    return [
        row
        for row in sorted(rows)
        if not any(cell.role is CellRole.TOTAL_LABEL or cell.begins_block for cell in page.table.body[row])
    ]


def _truths(row: Row) -> tuple[ExpectedValue, ...]:
    return tuple(cell.truth for cell in row if cell.truth and cell.truth.amount_yuan)


def _plant_dropped_row(page: FormPage, rng: random.Random) -> tuple[FormPage, Plant] | None:
    rows = _rows_with_money(page)
    if len(rows) < _FEWEST_ROWS:  # without its only row the form is empty, and an empty form is a fact
        return None
    row = rng.choice(rows)
    body = page.table.body
    return _with_body(page, body[:row] + body[row + 1 :]), _whole_row("dropped_row", page, body[row])


def _plant_doubled_row(page: FormPage, rng: random.Random) -> tuple[FormPage, Plant] | None:
    rows = _rows_with_money(page)
    if not rows:
        return None
    row = rng.choice(rows)
    body = page.table.body
    return _with_body(page, body[: row + 1] + body[row:]), _whole_row("doubled_row", page, body[row])


def _plant_unit(page: FormPage, _: random.Random) -> tuple[FormPage, Plant] | None:
    """万元 printed over figures in 元, or the other way round."""
    swapped = {"万元": "元", "元": "万元"}
    heading = []
    is_changed = False
    for part, text in page.heading:
        unit = next((unit for unit in ("万元", "元") if part == "unit" and text.endswith(unit)), None)
        is_changed = is_changed or unit is not None
        heading.append((part, text.removesuffix(unit) + swapped[unit] if unit else text))
    cells = [page.table.body[row][col].truth for row, col in _money_cells(page)]
    if not is_changed or not cells:
        return None
    truths = tuple(truth for truth in cells if truth)
    return replace(page, heading=tuple(heading)), Plant("unit", page.form.form_id, truths)


_PLANTERS: dict[str, Callable[[FormPage, random.Random], tuple[FormPage, Plant] | None]] = {
    "digit": _plant_digit,
    "swap": _plant_swap,
    "stale_total": _plant_stale_total,
    "dropped_row": _plant_dropped_row,
    "doubled_row": _plant_doubled_row,
    "unit": _plant_unit,
}


def _key(value: object) -> tuple[object, ...]:
    names = ("form_id", "line_side", "line_code", "line_label", "qualifier", "measure")
    return tuple(getattr(value, name) for name in names)


def judge(planted: Plant, untouched: Extract, read: Extract) -> Trial:
    """Compares what was found in the document with the error and without."""
    keys = {_key(cell) for cell in planted.cells}
    broken = {_sum_key(check) for check in untouched.checks if check.outcome is Outcome.BREAK}
    new = {number for number, check in enumerate(read.checks) if _sum_key(check) not in broken}
    return Trial(
        planted.kind,
        _is_covered(planted, {value.value_id for value in untouched.values if _key(value) in keys}, untouched),
        any(value.grade is Grade.PROVEN for value in untouched.values if _key(value) in keys),
        any(number in new for finding in read.findings for number in finding.checks),
        any(_is_located(planted, finding, read) for finding in read.findings),
        len(untouched.findings),
        planted.form_id,
        f"{planted.cell.line_code or planted.cell.line_label} {planted.cell.measure} {planted.cell.reported_text}",
    )


def _sum_key(check: SumCheck) -> tuple[object, ...]:
    return check.rule_id, check.form_id, check.instance_no, check.instance_label, check.measure


def _is_covered(planted: Plant, value_ids: set[str], untouched: Extract) -> bool:
    """Whether a sum stands over a cell whose tolerance is less than the change: below, it is rounding, no error."""
    return any(
        planted.change_yuan is None or planted.change_yuan > (check.tolerance_yuan or 0)
        for check in untouched.checks
        if vouches(check) and value_ids & {*check.left_value_ids, *check.right_value_ids}
    )


def _is_located(planted: Plant, finding: Finding, read: Extract) -> bool:
    if not finding.is_located:
        return False
    if planted.kind in _CAUSE_OF_FORM:
        return finding.cause is _CAUSE_OF_FORM[planted.kind] and finding.form_id == planted.form_id
    if planted.kind == "doubled_row" and finding.cause is not Cause.DUPLICATE_ROW:
        return False
    keys = {_key(cell) for cell in planted.cells}
    values = {value.value_id: value for value in read.values}
    return any(_key(values[value_id]) in keys for value_id in finding.value_ids)


def plant_and_read(seed: int) -> Trial | None:
    """Reads a random document untouched and with one error; `None` where it offers no place for the error."""
    rng = random.Random(seed)
    kind, file_format = ERRORS[seed % len(ERRORS)], rng.choice(FORMATS)
    document = compose(random_facts(seed))
    found = plant(document, kind, rng)
    if found is None:
        return None
    changed, planted = found
    untouched = read_made(_typeset(document, file_format))
    return judge(planted, untouched, read_made(_typeset(changed, file_format)))


def _typeset(document: TypesetDocument, file_format: Format) -> Typeset:
    return Typeset(write_document(document, file_format), file_format.ending, document.expected_values, ())


def measure_planted(documents: int, processes: int = 2) -> list[Trial]:
    """Plants one error in each of `documents` random documents."""
    with ProcessPoolExecutor(processes) as pool:
        return [outcome for outcome in pool.map(plant_and_read, range(documents), chunksize=10) if outcome]


def planted_lines(outcomes: list[Trial]) -> Iterator[str]:
    """Yields the lines of the page's part on planted errors."""
    yield "## Planted errors"
    yield ""
    yield f"{len(outcomes)} random documents with one error each (`tests/corpus/planted.py`). *Covered*: some sum"
    yield "stands over the cell in the untouched document, and the change is more than rounding explains. *Detected*:"
    yield "of the covered, those with a finding; *located*: those whose finding names the cell, the row's form, or the"
    yield "form of the wrong unit. *False findings*: in the same documents without the error."
    yield ""
    yield "| error | documents | covered | detected | located | located where two sums | false findings |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for kind in (*ERRORS, "all"):
        of_kind = [outcome for outcome in outcomes if kind in (outcome.kind, "all")]
        covered = [outcome for outcome in of_kind if outcome.is_covered]
        detected = sum(outcome.is_detected for outcome in covered)
        located = sum(outcome.is_located for outcome in covered)
        proven = [outcome.is_located for outcome in of_kind if outcome.is_proven]
        base = max(len(covered), 1)
        yield (
            f"| {kind} | {len(of_kind)} | {len(covered)} | {100 * detected / base:.1f} % "
            f"| {100 * located / base:.1f} % | {100 * sum(proven) / max(len(proven), 1):.1f} % of {len(proven)} "
            f"| {sum(outcome.false_findings for outcome in of_kind)} |"
        )
    yield ""
    missed = Counter((o.kind, o.form_id) for o in outcomes if o.is_covered and not o.is_located)
    if missed:
        yield "Covered and not located, by error and form:"
        yield ""
        for (kind, form_id), count in missed.most_common():
            yield f"- {kind} in `{form_id}`: {count}"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--misses", action="store_true", help="list every error that was not located")
    options = parser.parse_args()
    outcomes = measure_planted(options.documents)
    print("\n".join(planted_lines(outcomes)))
    if options.misses:
        for outcome in outcomes:
            if outcome.is_covered and not outcome.is_located:
                print(outcome)


if __name__ == "__main__":
    main()
