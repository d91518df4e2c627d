"""The screen itself: how wide it is, how an error, an amount and a count are said on it, what may not reach it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from decimal import Decimal

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pipeline.errors import FiscalError

#: A wide table in a pipe or a log is better than one folded to nothing.
_WIDTH_WITHOUT_TERMINAL = 160
#: Characters that steer a terminal: a file's name must not move the cursor or turn the writing round.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
#: What stays together at the end of a line: a word or number, or one Chinese character, with what closes it.
_PIECE = re.compile(r"[“‘（《(]*(?:[!-~]+|[^!-~\s])[，。；：、？！）》”’]*\s*")
SEVERITY_STYLES = {"error": "red", "warning": "yellow", "info": "dim"}
PHASES = {"budget": "预算", "final_accounts": "决算"}


def make_console(*, to_stderr: bool = False) -> Console:
    """A console as wide as the terminal, or wide enough where there is none."""
    console = Console(stderr=to_stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(stderr=to_stderr, highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
    return console


def show_error(console: Console, error: FiscalError) -> None:
    """What was found, what was expected, what to do."""
    console.print(Text("Error: ", style="bold red") + said(error.found.rstrip()))
    for label, words in (("expected", error.expected), ("to do", error.remedy), ("document", error.document)):
        if words:
            console.print(Text(f"  {label}: ", style="bold") + said(words))


def show_traceback(console: Console) -> None:
    """The error that is being handled, for whoever mends the program; its words may come of a document."""
    console.print(said(traceback.format_exc()), soft_wrap=True)


def said(words: object, style: str = "") -> Text:
    r"""Words of a document as text for the screen: no markup in them works, no control character reaches the terminal.

    >>> said("决算\x1b[2J.pdf").plain
    '决算�[2J.pdf'
    """
    return Text(_STEERING.sub("\N{REPLACEMENT CHARACTER}", str(words)), style=style)


def said_name(words: object, style: str = "") -> Text:
    r"""A file's name for the screen: it may hold line breaks too, and must not look like two rows.

    >>> said_name("a.pdf\n假.pdf").plain
    'a.pdf�假.pdf'
    """
    return said(re.sub(r"[\t\n]", "\N{REPLACEMENT CHARACTER}", str(words)), style)


def yuan(amount: Decimal | None) -> str:
    """An amount with separators, exact.

    >>> yuan(Decimal("2939710000.00"))
    '2,939,710,000.00'
    """
    return "—" if amount is None else f"{amount:,}"


def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "document"), counted(2_000, "sum")
    ('1 document', '2,000 sums')
    """
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def place(form: str | None, page_no: int | None, row_no: int | None, col_no: int | None) -> str:
    """Where something stands; without a page, rows are the lines of a text.

    >>> place("revenue", 3, 12, None), place("revenue", None, 12, None)
    ('revenue, page 3, row 12', 'revenue, line 12')
    """
    row = "line " if page_no is None else "row "
    parts = [("", form), ("page ", page_no), (row, row_no), ("column ", col_no)]
    return ", ".join(f"{name}{value}" for name, value in parts if value is not None) or "—"


def show_block(console: Console, words: object, style: str = "", *, indent: int = 4) -> None:
    """Prints words in lines as wide as the screen; numbers and words are not broken, Chinese is, at any character."""
    for line in folded(said(words).plain, max(console.width - indent, 1)):
        console.print(Text(" " * indent + line, style=style), overflow="fold")


def folded(words: str, width: int) -> Iterator[str]:
    """Breaks words into lines of at most `width` columns; Chinese characters take two.

    >>> list(folded("相差25,440,800.00元，涉及4项勾稽关系。", 20))
    ['相差25,440,800.00', '元，涉及4项勾稽关', '系。']
    """
    line = ""
    for piece in _PIECE.findall(words):
        if line and cell_len(line + piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece
    yield line.rstrip()
