"""A form's table with its columns understood: what headers or whitespace layouts end in, what rows start from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from pipeline.model.form import Role
from pipeline.model.grid import Cell, GridKind
from pipeline.model.text import match_key

#: Function codes have 3, 5 or 7 digits, economic codes 3 or 5, revenue codes 3 to 9.
CODE = re.compile(r"\d{3}(?:\d{2}){0,3}")
#: What the codes of a list begin with; no codes, nothing.
CODE_STARTS: dict[str | None, str] = {"function": "2", "economic": "35", "revenue": "1", None: ""}
_FLOAT_CODE = re.compile(r"(\d+)\.0+")
_SEQUENCE_WORDS = frozenset(
    {"栏次", "行次", "档次", "编号", "序号", "甲", "乙", "丙", "类", "款", "项", "**", "—", "-"}
)
_COLUMN_NUMBER_WORDS = frozenset({"栏次", "档次"})
#: So many column numbers are told although one of them is misprinted.
_MANY_NUMBERS = 6
_NO_CENTS = re.compile(r"\.00?$")
_FORMULA = re.compile(r"(\d{1,9})(?:[=＝].*)?")
_DECIMALS = re.compile(r"\d\.\d")


@dataclass(frozen=True, slots=True)
class Column:
    """One column's meaning. `block` numbers the tables printed side by side, from 0; `unit` is the header's own.

    `count_unit` is set where the column counts things; `path` is the whole header over it, as the rules search it.
    """

    index: int
    role: Role
    block: int = 0
    measure: str | None = None
    line_code: str | None = None
    side: str | None = None
    header: str = ""
    unit: str | None = None
    count_unit: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One body row: its cells by column index and where it stands (1-based; line number in text files)."""

    cells: dict[int, Cell]
    row_no: int
    page_no: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Rows under one set of columns: a grid with its header, or a table laid out from text.

    `unknown` lists columns that hold numbers and whose header no rule knows: (index, header path).
    `doubt` says why the columns may be other ones than they seem.
    `is_foreign` says a table below the form's own prints a header, or column numbers, that are not this form's.
    `numbered` is how many columns its column numbers (栏次 1 2 3) count, 0 where it prints none.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    kind: GridKind
    unknown: tuple[tuple[int, str], ...] = ()
    col_edges: tuple[float, ...] | None = None
    header: frozenset[str] = frozenset()
    is_foreign: bool = False
    doubt: str | None = None
    numbered: int = 0


def code_of(text: str) -> str | None:
    """Returns a cell as a code joined to its digits, `None` where it is none.

    >>> code_of("30101.0"), code_of(" 201 03 01 "), code_of("合计")
    ('30101', '2010301', None)
    """
    key = match_key(text)
    stored = _FLOAT_CODE.fullmatch(key)
    if stored:
        key = stored.group(1)
    return key if CODE.fullmatch(key) else None


def is_sequence(texts: list[str], *, may_lack_one: bool = True) -> bool:
    """Whether the cells are column numbers (栏次 1 2 3): whole numbers going up by one, one of many perhaps lost.

    >>> is_sequence(["栏次", "1.00", "2.00", "3.00"]), is_sequence(["12", "5"])
    (True, False)
    """
    keys = [key for key in map(match_key, texts) if key]
    marks = [index for index, key in enumerate(keys) if key in _COLUMN_NUMBER_WORDS]
    has_mark = bool(marks)
    if has_mark:
        keys = keys[marks[0] :]  # header words may stand before 栏次, never figures
    printed = [key for key in keys if key not in _SEQUENCE_WORDS]
    matches = [_FORMULA.fullmatch(_NO_CENTS.sub("", key)) for key in printed]
    numbers = [int(match.group(1)) for match in matches if match]
    if has_mark and not any(_DECIMALS.search(_NO_CENTS.sub("", key)) for key in printed):
        return 2 * len(numbers) >= len(matches)  # behind 栏次 any number is one, and a scan may spoil some
    if len(numbers) < len(matches) or len(numbers) < 2:  # noqa: PLR2004
        return False
    # Two sides are numbered on: 1 | 2 | 3; sides numbered apart restart at 1.
    is_whole = numbers[0] <= 2 and all(b in (a + 1, 1) for a, b in pairwise(numbers))  # noqa: PLR2004
    return is_whole or _is_misprinted(numbers) or (may_lack_one and _lacks_one(numbers))


def _lacks_one(numbers: list[int]) -> bool:
    """Whether many numbers count on from 1 with one left out: a cell of the row is blank or lost.

    >>> _lacks_one([1, 2, 3, 4, 6, 7]), _lacks_one([1, 2, 4])
    (True, False)
    """
    steps = [after - before for before, after in pairwise(numbers)]
    return len(numbers) >= _MANY_NUMBERS and numbers[0] == 1 and sorted(steps) == [*[1] * (len(steps) - 1), 2]


def _is_misprinted(numbers: list[int]) -> bool:
    """Whether all but one of many numbers count on from 1 or 2: amounts of one row never do, and sums cannot tell.

    >>> _is_misprinted([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 4, 12]), _is_misprinted([1, 2, 9, 4])
    (True, False)
    """
    starts = [number - index for index, number in enumerate(numbers)]
    return len(numbers) >= _MANY_NUMBERS and max(starts.count(1), starts.count(2)) == len(numbers) - 1
