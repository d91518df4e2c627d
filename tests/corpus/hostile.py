"""Labels and file names that attack whoever shows them: HTML, scripts, formulas, SQL, templates, terminals."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.corpus.broken.mutant import change_digits
from tests.corpus.facts import DocumentFacts, FormFacts, Line

#: Stands in every script below: where it is run, it is found.
MARK = "31337"
LABELS = (
    f"<script>alert({MARK})</script>办公费",
    f'"><img src=x onerror=alert({MARK})>',
    f"'-alert({MARK})-'",
    f"</script><script>alert({MARK})</script>",
    f"</textarea></title><svg/onload=alert({MARK})>",
    f'=HYPERLINK("http://example.com/{MARK}","x")',
    f"+cmd|' /C calc {MARK}'!A0",
    f"@SUM({MARK})",
    f"-2+{MARK}",
    f"{{{{constructor.constructor('alert({MARK})')()}}}}",
    f"${{alert({MARK})}}[x](javascript:alert({MARK}))",
    f"'; drop table marts.dim_document; --{MARK}",
    f"\u202e{MARK}\u2066费",
)
#: Names of files: what a terminal, a table on the screen, a path, a page or a query could take for something else.
NAMES = (
    "\x1b[2J\x1b]0;owned\x07清屏",
    "第一行\n│ 假文件.pdf │ loaded",
    "\u202efdp.exe",
    f'"><img src=x onerror=alert({MARK})>',
    f"'; drop table marts.dim_document; --{MARK}",
    f"=cmd|' calc {MARK}'!A0",
    "-rf --raw",
    "[bold red]粗体[/]",
    "{{7*7}}%s%n$(reboot)`id`",
    "\u009b31mC1",
)
_LABEL_COLUMN = 1
_FORM = "expenditure"


def with_hostile_labels(facts: DocumentFacts, seed: int) -> DocumentFacts:
    """The document with hostile labels in the lines of its expenditure form, one of whose figures is wrong."""
    rng = Random(seed)
    first = seed * 3 % len(LABELS)
    wanted = [*LABELS[first:], *LABELS[:first]]
    return replace(facts, forms=tuple(_planted(form, wanted, rng) for form in facts.forms))


def _planted(form: FormFacts, wanted: list[str], rng: Random) -> FormFacts:
    if form.layout != _FORM:
        return form
    (lines,) = form.blocks
    changed = list(lines)
    places = [n for n, line in enumerate(lines) if len(line.cells) > _LABEL_COLUMN + 1 and line.cells[0].isdigit()]
    for place, label in zip(reversed(places), wanted, strict=False):
        cells = lines[place].cells
        changed[place] = replace(lines[place], cells=(cells[0], label, *cells[2:]))
    last = changed[places[-1]]
    amounts = tuple(change_digits(text, rng) for text in last.cells[2:3])
    changed[places[-1]] = Line((*last.cells[:2], *amounts, *last.cells[3:]), last.kind)
    return replace(form, blocks=(tuple(changed),))
