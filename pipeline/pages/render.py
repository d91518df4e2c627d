"""Views to HTML: everything that comes from a document is escaped, everything a page needs is inside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.model.text import without_steering
from pipeline.pages.sheets import SIDES, SheetLine
from pipeline.pages.views import DocumentView, count_of, place_of, severity_class, who, yuan
from pipeline.published.findings import FindingLine, Language

_NO_LETTERS = re.compile(r"[^\w-]+")
_NAME_LETTERS, _ID_LETTERS = 40, 12
#: What every page of ours begins with; only such files are ever replaced or taken away.
MADE_BY_US = '<meta name="generator" content="gongkai check">'


def render_document(view: DocumentView) -> str:
    """The page of one document."""
    return _environment().get_template("document.html").render(title=view.file_name, view=view)


def render_index(findings: Sequence[FindingLine], language: Language) -> str:
    """The list of all findings, in the order given, each leading to its document's page."""
    listed: Counter[str] = Counter()
    rows = []
    for finding in findings:
        listed[finding.document_id] += 1
        rows.append(
            {
                "finding": finding,
                "severity_class": severity_class(finding.severity),
                "address": f"{quote(page_name(finding))}#f{listed[finding.document_id]}",
                "who": who(finding),
                "sentences": finding.sentences(language),
                "off": "—" if finding.difference_yuan is None else yuan(abs(finding.difference_yuan)),
            }
        )
    summary = count_of(findings) if findings else "没有发现问题。 No findings."
    return _environment().get_template("index.html").render(title="勾稽检查 Findings", summary=summary, rows=rows)


def page_name(finding: FindingLine) -> str:
    """The name of a document's page: letters of the file's name, and of its id, so that no two are the same."""
    stem = finding.file_name.rpartition(".")[0] or finding.file_name
    return f"{_NO_LETTERS.sub('_', stem)[:_NAME_LETTERS]}-{finding.document_id[:_ID_LETTERS]}.html"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(place=_place, sides=SIDES)
    return environment


def _clean(value: object) -> object:
    if value is None:
        return "—"
    if isinstance(value, str) and not isinstance(value, Markup):
        return without_steering(value)
    return value


def _place(line: SheetLine) -> str:
    return place_of(line.page_no, line.row_no)
