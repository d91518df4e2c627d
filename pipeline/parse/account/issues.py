"""Lines with numbers nobody read, as issues: one a line, so many a document, the rest counted."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model.account import NumberAccount, UnexplainedLine
from pipeline.model.extract import Issue, Severity

CATEGORY = "unexplained_number"
#: More lines than this say nothing new about a document; the rest is counted in one last issue.
MAX_ISSUES = 200
#: Long enough for a line of prose on a page and for what a person looks for in it.
MAX_RAW_TEXT = 160
_SHOWN_NUMBERS = 8
_REMEDY = "look at the line: a figure the parser missed, or a wording to add to pipeline/parse/account/words.yaml"


def unexplained_issues(account: NumberAccount) -> Iterator[Issue]:
    """Yields an issue for each line with unexplained numbers, in reading order."""
    for line in account.unexplained[:MAX_ISSUES]:
        yield _issue(line)
    rest = account.unexplained[MAX_ISSUES:]
    if rest:
        numbers = sum(len(line.numbers) for line in rest)
        yield Issue(
            CATEGORY,
            Severity.INFO,
            f"{numbers:,} more numbers in {len(rest):,} more lines are unexplained",
            _REMEDY,
            page_no=rest[0].page_no,
            row_no=rest[0].row_no or None,
            raw_text=rest[0].line[:MAX_RAW_TEXT],
        )


def _issue(line: UnexplainedLine) -> Issue:
    count = len(line.numbers)
    shown = ", ".join(line.numbers[:_SHOWN_NUMBERS]) + (" …" if count > _SHOWN_NUMBERS else "")
    return Issue(
        CATEGORY,
        Severity.INFO,
        f"{count} number{'' if count == 1 else 's'} neither read nor told by the words around: {shown}",
        _REMEDY,
        form_id=line.form_id,
        instance_no=line.instance_no,
        page_no=line.page_no,
        row_no=line.row_no or None,
        raw_text=line.line[:MAX_RAW_TEXT],
    )
