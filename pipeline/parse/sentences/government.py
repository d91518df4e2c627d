"""The totals that a government's report names, read from its sentences: year, whose money, fund, side, amount.

Nothing else of the report is read: it speaks of hundreds of measures, and of two years at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from pipeline.errors import CatalogueError
from pipeline.model.extract import CellKind
from pipeline.model.form import FormRegion
from pipeline.model.grid import Document
from pipeline.model.narrative import NarrativeFact
from pipeline.parse.amounts import is_too_large, precision_yuan, read_amount, to_yuan
from pipeline.parse.sentences.making import sentence_around
from pipeline.parse.sentences.passages import Paragraph, paragraphs_of
from pipeline.parse.sentences.reading import Narrative, with_ids

_FILE = Path(__file__).parent / "government.yaml"
_Pattern = Annotated[re.Pattern[str], BeforeValidator(lambda text: re.compile(str(text)))]
_SIDES = {"收入": "revenue", "支出": "expenditure"}
_NUMBER = r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>亿元|万元|元)"


class ReportWords(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    funds: dict[str, _Pattern]
    scopes: dict[str, _Pattern]
    year: _Pattern
    measures: dict[str, _Pattern]
    between: str
    heading: _Pattern
    report_titles: tuple[_Pattern, ...]

    @property
    def total(self) -> re.Pattern[str]:
        """收入 or 支出 of a fund (named right before it, or by 安排 after the fund) with its amount right behind."""
        fund = "|".join(pattern.pattern for pattern in self.funds.values())
        lead = rf"(?P<fund>{fund})(?:当年|本年|本级)?|安排|完成|实现"
        return re.compile(rf"(?:{lead})(?P<side>收入|支出)(?P<between>{self.between}){_NUMBER}")


@dataclass(frozen=True, slots=True)
class _Said:
    """What holds at a place of the text; `None` where nothing said it."""

    year: int | None = None
    scope: str | None = None
    fund: str | None = None
    measure: str | None = None


@cache
def report_words() -> ReportWords:
    """Returns the project's own words, read once per process.

    Raises:
        CatalogueError: The file has an unknown key, a missing key or a pattern that does not compile.
    """
    try:
        return ReportWords.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))
    except (ValidationError, re.error) as error:
        raise CatalogueError(
            f"{_FILE.name}: {error}", expected="the keys of ReportWords", remedy="correct the file"
        ) from error


def read_government_totals(document: Document, regions: Iterable[FormRegion]) -> Narrative:
    """Reads the totals of a government's budgets from its running text.

    Args:
        document: As read.
        regions: Its forms, whose lines are not sentences.
    """
    facts: list[NarrativeFact] = []
    above = _Said()
    for number, paragraph in enumerate(paragraphs_of(document, regions)):
        if report_words().heading.match(paragraph.text) and paragraph.is_heading:
            above = _below_heading(paragraph.text, above)
        elif not paragraph.is_overlong:
            facts += _facts(paragraph, above, number)
            if above.year is None and len(years := {*report_words().year.findall(paragraph.text)}) == 1:
                above = replace(above, year=int(years.pop()))
    return Narrative(with_ids(facts, document.document_id), ())


def _below_heading(text: str, above: _Said) -> _Said:
    """What holds below a heading; a part of the first order begins anew."""
    words = report_words()
    is_first_order = text[0] not in "("
    before = _Said() if is_first_order else replace(above, scope=None, fund=None)
    years = words.year.findall(text)
    return _Said(
        int(years[0]) if years else before.year,
        _first(words.scopes, text) or before.scope,
        _first(words.funds, text) or before.fund,
        _first(words.measures, text) or before.measure,
    )


def _first(patterns: dict[str, re.Pattern[str]], text: str) -> str | None:
    """The one entry whose words stand in a text, `None` where none or several do."""
    found = [name for name, pattern in patterns.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def _facts(paragraph: Paragraph, above: _Said, number: int) -> Iterator[NarrativeFact]:
    words = report_words()
    for match in _total_pattern().finditer(paragraph.text):
        said = _said_at(paragraph.text, match.start("side"), above)
        about = match.group(0)[: match.start("number") - match.start()]
        measure = _first_said(words.measures, about) or said.measure
        reading = read_amount(match["number"])
        is_known = said.year is not None and said.fund is not None and measure is not None
        if not is_known or reading.kind is not CellKind.NUMBER or reading.number is None:
            continue
        if is_too_large(reading.number, match["unit"]):
            continue
        line = paragraph.line_of(match.start("number"))
        yield NarrativeFact(
            fact_id=f"{number}:{match.start('number')}",
            section=said.scope,
            topic=f"{said.fund}_{_SIDES[match['side']]}",
            measure=str(measure),
            line_code=None,
            line_label=match["side"],
            line_names=(None, None, None),
            basis=None,
            reference_year=said.year,
            amount_yuan=to_yuan(reading.number, match["unit"])[0],
            rate_percent=None,
            count_value=None,
            reported_text=match["number"],
            reported_unit=match["unit"],
            precision=precision_yuan(reading.decimals, match["unit"]),
            reason=None,
            sentence=sentence_around(paragraph.text, match.start("number")),
            page_no=line.page_no,
            line_no=line.line_no,
            bbox=line.bbox,
            is_derived=False,
            position=paragraph.position_of(match.start("number")),
            paragraph_no=number,
            offset=match.start("number"),
        )


@cache
def _total_pattern() -> re.Pattern[str]:
    return report_words().total


def _first_said(patterns: dict[str, re.Pattern[str]], text: str) -> str | None:
    return next((name for name, pattern in patterns.items() if pattern.search(text)), None)


def _said_at(text: str, place: int, above: _Said) -> _Said:
    """What was last said before a place of a paragraph, else what holds above it."""
    words = report_words()
    before = text[:place]
    years = list(words.year.finditer(before))
    return _Said(
        int(years[-1].group(1)) if years else above.year,
        _last(words.scopes, before) or above.scope,
        _last(words.funds, text[: place + len("收入")]) or above.fund,
        above.measure,
    )


def _last(patterns: dict[str, re.Pattern[str]], text: str) -> str | None:
    found = [(match.start(), name) for name, pattern in patterns.items() for match in pattern.finditer(text)]
    return max(found)[1] if found else None
