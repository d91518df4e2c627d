"""The account of numbers on the screen: what became of every number of a document, and the lines nobody read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from pipeline.published.account import KindCount, UnexplainedLine
from pipeline.screens.console import counted, place, said, said_name, show_block
from pipeline.screens.findings import Reader

#: So many documents are named as the worst when all are asked for.
WORST = 10
_UNEXPLAINED = "unexplained"
#: Kinds whose name takes no s.
_NAMES = {"contents": "in contents", "sentence": "sentence facts", _UNEXPLAINED: _UNEXPLAINED}


def show_account(
    console: Console, kinds: Sequence[KindCount], lines: Sequence[UnexplainedLine], reader: Reader
) -> None:
    """One document's numbers by kind, then its lines with unexplained numbers."""
    if not kinds:
        console.print("No account of numbers: the document was not read.")
        return
    _title(console, f"{_told(kinds)} ({_percent(kinds)} explained)")
    for line in lines[: reader.limit]:
        show_block(console, place(line.form_id, line.page_no, line.row_no, None), "bold")
        show_block(console, line.raw_text)
        show_block(console, line.message, "dim")
    if len(lines) > reader.limit:
        rest = counted(len(lines) - reader.limit, "more unexplained line")
        console.print(said(f"… and {rest}: {reader.again} --limit {len(lines)}"), soft_wrap=True)


def show_worst_accounts(console: Console, kinds: Sequence[KindCount], again: str) -> None:
    """All documents' numbers in one line, then the documents with the largest unexplained share.

    Args:
        console: Where to show them.
        kinds: The counts, document by document.
        again: the command that asks for one document: `gongkai check --warehouse DIR`.
    """
    if not kinds:
        return
    accounts = [list(group) for _, group in groupby(kinds, key=lambda kind: kind.document_id)]
    _title(console, f"{_told(kinds)} ({_percent(kinds)} explained)")
    ranked = sorted((account for account in accounts if _open(account)), key=lambda account: -_open_share(account))
    for account in ranked[:WORST]:
        forms = sum(kind.form_page_token_count for kind in account if kind.number_kind == _UNEXPLAINED)
        where = f", {forms:,} of them on form pages" if forms else ""
        console.print(
            said(f"  {_percent(account):>6}  {_open(account):,} of {_total(account):,} unexplained{where}  ")
            + said_name(account[0].file_name, "bold"),
            soft_wrap=True,
        )
    if ranked:
        console.print(said(f"to list their lines: {again} DOCUMENT"), soft_wrap=True)


def _told(kinds: Sequence[KindCount]) -> str:
    """The counts in words, the commonest kind first, what is unexplained last.

    >>> _told([KindCount("d", "f", "value", 9, 9), KindCount("d", "f", "unexplained", 1, 0)])
    '10 numbers: 9 values, 1 unexplained'
    """
    sums: dict[str, int] = {}
    for kind in kinds:
        sums[kind.number_kind] = sums.get(kind.number_kind, 0) + kind.token_count
    unexplained = sums.pop(_UNEXPLAINED, 0)
    parts = [f"{count:,} {_name(kind, count)}" for kind, count in sorted(sums.items(), key=lambda item: -item[1])]
    return f"{counted(_total(kinds), 'number')}: " + ", ".join([*parts, f"{unexplained:,} unexplained"])


def _name(kind: str, count: int) -> str:
    name = kind.replace("_", " ")
    return _NAMES.get(kind, name if count == 1 else f"{name}s")


def _total(kinds: Sequence[KindCount]) -> int:
    return sum(kind.token_count for kind in kinds)


def _open(kinds: Sequence[KindCount]) -> int:
    return sum(kind.token_count for kind in kinds if kind.number_kind == _UNEXPLAINED)


def _open_share(kinds: Sequence[KindCount]) -> float:
    return _open(kinds) / _total(kinds) if _total(kinds) else 0.0


def _percent(kinds: Sequence[KindCount]) -> str:
    """The explained share, never rounded up to all."""
    share = 1000 * (_total(kinds) - _open(kinds)) // max(_total(kinds), 1)
    return f"{share / 10:.1f} %"


def _title(console: Console, title: str) -> None:
    console.print()
    console.print(Text(title, style="bold"), soft_wrap=True)
