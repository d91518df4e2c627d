"""What a document's page shows, in the order it shows it: findings, their sums, and what is boxed where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.grid import GridKind
from pipeline.pages.pictures import PagePicture
from pipeline.pages.sheets import Sheet, set_again
from pipeline.published.evidence import Evidence, Figure, SumSides
from pipeline.published.findings import FindingLine, Language, cause_name

#: The box stands this far off the cell's own lines, in points.
_BOX_MARGIN_PT = 1.0
_PHASES = {"budget": "预算 budget", "final_accounts": "决算 final accounts"}
_KNOWN_SEVERITIES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Box:
    """A box on the picture of a page, in points from its upper left corner; `kind` is `blamed` or `member`."""

    anchor: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """The picture of a page and the boxes on it. Boxes on a scan that lay on its side stand where it was upright."""

    picture: PagePicture
    is_scan: bool
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """A form set again, and how its figures are marked: `value_id` to kind, for those that are."""

    number: int
    sheet: Sheet
    kinds: Mapping[str, str]

    @property
    def has_codes(self) -> bool:
        """Whether any line of the form has a code."""
        return any(line.code for part in self.sheet.parts for line in part.lines)

    def kind(self, cell: Sequence[Figure]) -> str:
        """`blamed`, `member` or nothing."""
        kinds = {self.kinds[figure.value_id] for figure in cell if figure.value_id in self.kinds}
        return min(kinds, default="")

    def anchor(self, cell: Sequence[Figure]) -> str:
        """Where links to the first marked figure of the cell lead, if there is one."""
        return next((_anchor(self.number, figure) for figure in cell if figure.value_id in self.kinds), "")


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure on one side of a sum."""

    label: str
    place: str
    anchor: str
    printed: str
    unit: str
    yuan: str


@dataclass(frozen=True, slots=True)
class SideView:
    """One side of a sum."""

    name: str
    yuan: str
    figures: tuple[FigureView, ...]


@dataclass(frozen=True, slots=True)
class SumView:
    """A broken sum: its rule, where it applies, both sides."""

    rule_id: str
    name_zh: str
    name_en: str
    where: str
    formula: str | None
    source: str | None
    sides: tuple[SideView, ...]
    difference: str
    tolerance: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding with everything beside it."""

    number: int
    severity: str
    severity_class: str
    cause_zh: str
    cause_en: str
    sentences: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sums: tuple[SumView, ...]
    pages: tuple[MarkedPage, ...]
    sheets: tuple[MarkedSheet, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document's page; `note` says why there are no pictures where one would expect them."""

    file_name: str
    who: str
    summary: str
    note: str | None
    pictures: tuple[PagePicture, ...]
    findings: tuple[FindingView, ...]


def view_document(
    evidence: Evidence, pictures: Sequence[PagePicture], note: str | None, language: Language
) -> DocumentView:
    """Lays out the page of one document."""
    first = evidence.findings[0]
    by_no = {picture.page_no: picture for picture in pictures}
    findings = tuple(
        _view_finding(number, finding, evidence, by_no, language) for number, finding in enumerate(evidence.findings, 1)
    )
    return DocumentView(
        first.file_name,
        who(first),
        count_of(evidence.findings),
        note,
        tuple(by_no[no] for no in sorted(by_no)),
        findings,
    )


def who(finding: FindingLine) -> str:
    """The department, year and phase of a finding's document, as far as they are known."""
    year = f"{finding.fiscal_year}年" if finding.fiscal_year else None
    phase = _PHASES.get(finding.phase or "")
    return " · ".join(part for part in (finding.department_name, year, phase) if part)


def count_of(findings: Sequence[FindingLine]) -> str:
    """How many findings of which severity in how many documents."""
    documents = len({finding.document_id for finding in findings})
    errors = sum(finding.severity == "error" for finding in findings)
    chinese = f"{documents}个文件，" if documents > 1 else ""
    english = f" in {documents} documents" if documents > 1 else ""
    plural = "" if len(findings) == 1 else "s"
    chinese += f"{len(findings)}项问题，其中严重{errors}项。"
    return f"{chinese} {len(findings)} finding{plural}{english}, errors: {errors}."


def wanted_pages(evidence: Evidence) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The pages on which a finding has something to box, and those of them that were read by character recognition."""
    concerned = [figure for finding in evidence.findings for figure in _concerned(evidence, finding)[0].values()]
    own = [figure for figure in concerned if figure.other_file is None and figure.bbox]
    scanned = [figure for figure in own if figure.method == GridKind.SCAN.value]
    return _page_nos(own), _page_nos(scanned)


def _page_nos(figures: Iterable[Figure]) -> tuple[int, ...]:
    return tuple(sorted({figure.page_no for figure in figures if figure.page_no}))


def severity_class(severity: str) -> str:
    """The style of a severity; an unknown one has none."""
    return severity if severity in _KNOWN_SEVERITIES else "quiet"


def _concerned(evidence: Evidence, finding: FindingLine) -> tuple[dict[str, Figure], dict[str, str]]:
    """All figures of a finding by id, and which of them are `blamed` and which `member`; the blamed first."""
    blamed = evidence.blamed_by(finding)
    figures = {figure.value_id: figure for figure in blamed}
    for one in evidence.sums_of(finding):
        for value_id in one.value_ids:
            if value_id in evidence.figures:
                figures.setdefault(value_id, evidence.figures[value_id])
    accused = {figure.value_id for figure in blamed}
    return figures, {value_id: "blamed" if value_id in accused else "member" for value_id in figures}


def _view_finding(
    number: int, finding: FindingLine, evidence: Evidence, pictures: Mapping[int, PagePicture], language: Language
) -> FindingView:
    figures, kinds = _concerned(evidence, finding)
    boxed: dict[int, list[Figure]] = defaultdict(list)
    unboxed: list[Figure] = []
    for figure in figures.values():
        is_drawn = figure.other_file is None and figure.page_no in pictures
        if is_drawn and figure.page_no is not None and figure.bbox:
            boxed[figure.page_no].append(figure)
        else:
            unboxed.append(figure)
    pages = [
        MarkedPage(
            pictures[page_no],
            any(figure.method == GridKind.SCAN.value for figure in found),
            tuple(_box(number, figure, kinds[figure.value_id]) for figure in reversed(found)),
        )
        for page_no, found in boxed.items()
    ]
    chinese, english = cause_name(finding.cause)
    return FindingView(
        number,
        finding.severity,
        severity_class(finding.severity),
        chinese,
        english,
        finding.sentences(language),
        _facts(finding),
        tuple(_view_sum(number, one, evidence.figures) for one in evidence.sums_of(finding)),
        tuple(pages),
        tuple(_sheets(number, unboxed, kinds, evidence)),
    )


def _box(number: int, figure: Figure, kind: str) -> Box:
    x0, top, x1, bottom = figure.bbox or (0.0, 0.0, 0.0, 0.0)
    margin = _BOX_MARGIN_PT if kind == "blamed" else 0.0
    width, height = x1 - x0 + 2 * margin, bottom - top + 2 * margin
    title = f"{_label(figure)}: {figure.reported_text} {figure.reported_unit or ''}".rstrip()
    return Box(
        _anchor(number, figure),
        kind,
        round(x0 - margin, 2),
        round(top - margin, 2),
        round(width, 2),
        round(height, 2),
        title,
    )


def _sheets(number: int, figures: Sequence[Figure], kinds: Mapping[str, str], evidence: Evidence) -> list[MarkedSheet]:
    marked: Collection[str] = {figure.value_id for figure in figures}
    found = []
    for key in dict.fromkeys(figure.form_key for figure in figures):
        form = [figure for figure in evidence.figures.values() if figure.form_key == key]
        own = {figure.value_id: kinds[figure.value_id] for figure in form if figure.value_id in marked}
        found.append(MarkedSheet(number, set_again(form, own), own))
    return found


def _facts(finding: FindingLine) -> tuple[tuple[str, str], ...]:
    facts = [("位置 place", f"{finding.form}，{place_of(finding.page_no, finding.row_no, finding.col_no)}")]
    label = " ".join(part for part in (finding.line_code, finding.line_label) if part)
    facts.append(("项目 line", f"{label}{f'（{finding.measure}）' if finding.measure else ''}"))
    if finding.printed_text:
        printed = f"{finding.printed_text} {finding.printed_unit or ''}".rstrip()
        facts.append(("印刷 printed", f"{printed} = {yuan(finding.printed_yuan)} 元"))
    if finding.difference_yuan is not None:
        facts.append(("差额 difference", f"{yuan(abs(finding.difference_yuan))} 元"))
    mended = "各等式不能确定哪个数字有误 the sums do not tell which figure is wrong"
    if finding.proposed_yuan is not None:
        mended = f"若为 {yuan(finding.proposed_yuan)} 元则成立 would mend it"
    elif finding.is_located:
        mended = "见上文 see the sentence above"
    return (*facts, ("更正 correction", mended))


def _view_sum(number: int, one: SumSides, figures: Mapping[str, Figure]) -> SumView:
    sign = "等于 equals" if one.relation == "=" else "不大于 at most"
    sides = (("左边 left side", one.left_yuan, one.left_value_ids), (f"应{sign}", one.right_yuan, one.right_value_ids))
    return SumView(
        one.rule_id,
        one.name_zh,
        one.name_en,
        f"{one.instance_label}{f'（{one.measure}）' if one.measure else ''}",
        one.formula,
        one.source,
        tuple(
            SideView(name, yuan(amount), tuple(_view_figure(number, figures[i]) for i in ids if i in figures))
            for name, amount, ids in sides
        ),
        yuan(one.difference_yuan),
        "—" if one.tolerance_yuan is None else f"{one.tolerance_yuan.normalize():,f}",
    )


def _view_figure(number: int, figure: Figure) -> FigureView:
    amount = figure.amount_yuan if figure.amount_yuan is not None else figure.count_value
    file = f"{figure.other_file} " if figure.other_file else ""
    place = f"{file}{figure.form_name or figure.form_id} {place_of(figure.page_no, figure.row_no, figure.col_no)}"
    return FigureView(
        f"{_label(figure)}（{figure.measure}）",
        place,
        _anchor(number, figure),
        figure.reported_text,
        figure.reported_unit or "",
        yuan(amount),
    )


def _label(figure: Figure) -> str:
    code = figure.line_code if (figure.line_code or "").isdigit() else None
    return " ".join(part for part in (code, figure.line_label, figure.qualifier) if part)


def _anchor(number: int, figure: Figure) -> str:
    return f"f{number}-{figure.value_id}"


def place_of(page_no: int | None, row_no: int | None, col_no: int | None = None) -> str:
    """Where something stands, in Chinese; without a page, rows are the lines of a text; a sentence has no column (0).

    >>> place_of(11, 6, 7), place_of(None, 363)
    ('第11页第6行第7列', '第363行')
    """
    parts = ((page_no, "页"), (row_no, "行"), (col_no, "列"))
    return "".join(f"第{number}{name}" for number, name in parts if number)


def yuan(amount: Decimal | None) -> str:
    """An amount with separators, exact; a dash where there is none."""
    return "—" if amount is None else f"{amount:,}"
