"""Cuts a document into form regions: each title opens one, a new title or the narrative closes it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile, zip_longest

from pipeline.forms.attachments import AttachmentSpan, Strip, find_attachments
from pipeline.forms.contents import is_contents, is_heading
from pipeline.forms.page_order import broken_pages
from pipeline.forms.preamble import read_body, read_organisation, read_unit, read_year
from pipeline.forms.steps import LINES_BELOW, PROSE, PROSE_LENGTH, Step, row_cells, steps_of
from pipeline.forms.titles import form_no_of, phase_of_title
from pipeline.model.form import Body, FormRegion, FormSpec, Issuer, RowKind, UnitReading
from pipeline.model.grid import Document, Grid, TextLine
from pipeline.model.text import match_key, one_line

#: Where the tables end and the prose begins.
_END = re.compile(
    r"^第[一二三四五六七八九十]+(部分|章)[:、]?(?!.*(表|部门决算$|部门预算$))|^.{0,30}(情况说明|名词解释)$"
)
_NOTE = re.compile(r"^(注|说明|备注|附注)\d?[:.、]")
_SENTENCE_END = re.compile(r"[。;]")
#: The unit may stand a little above the title (sheet corner) but never further than this.
_LINES_BEFORE = 3
_HEAD_LINES = 14
_CONTINUED = re.compile(r"(\(续表?\)|续表?)$")
_FIGURE = re.compile(r"\d\.\d\d(\D|$)")
_FIGURE_CELL = re.compile(r"-?\d[\d,]*(\.\d+)?")
#: A title's header words must follow within so many characters, or it is a table of contents.
_HEADER_WINDOW = 900


@dataclass(frozen=True, slots=True)
class Recognition:
    """The forms of a document, and the grids no form took, tables of contents aside.

    `cut_pages` are pages that do not follow the one before and go on with something that no title names.
    """

    regions: tuple[FormRegion, ...]
    orphans: tuple[Grid, ...]
    cut_pages: tuple[int, ...] = ()


def recognise_forms(document: Document, specs: tuple[FormSpec, ...]) -> Recognition:
    """Finds every printing of every form, in reading order.

    A form is accepted when its title and its header words agree; a title alone (a table of contents,
    a heading) is not a form.
    """
    items = steps_of(document, specs)
    breaks = _page_breaks(items, broken_pages(document))
    attachments = _attachments(items, specs)
    regions: list[FormRegion] = []
    taken: set[int] = set()
    cut_pages: list[int] = []
    counts: Counter[str] = Counter()
    starts = sorted({*attachments, *(index for index, item in enumerate(items) if item.title)})
    for number, start in enumerate(starts):
        following = starts[number + 1] if number + 1 < len(starts) else len(items)
        stop = min((index for index in breaks if start < index < following), default=following)
        span = attachments.get(start)
        region = _attachment_region(items, span, specs) if span else _region(items, start, stop)
        if region is None:
            continue
        if any(_has_figures(item) for item in items[stop:following]):
            cut_pages.append(items[stop].page_no)
        end = span.stop if span else _end_of(items, start, stop)
        taken.update(id(item.grid) for item in items[start:end] if item.grid)
        if regions and _CONTINUED.search(region.title) and regions[-1].spec is region.spec:
            regions[-1] = _joined(regions[-1], region)
            continue
        for part in _by_codes(region, specs):
            counts[part.spec.form_id] += 1
            regions.append(replace(part, instance_no=counts[part.spec.form_id]))
    grids = [block for page in document.pages for block in page.blocks if isinstance(block, Grid)]
    orphans = tuple(grid for grid in grids if id(grid) not in taken and not is_contents(grid))
    return Recognition(tuple(_with_document_units(regions)), orphans, tuple(cut_pages))


def _page_breaks(items: list[Step], broken: frozenset[int]) -> list[int]:
    """Returns the steps that a page begins with which does not follow the one before: no form goes on there."""
    return [
        index
        for index, (above, item) in enumerate(pairwise(items), 1)
        if item.page_no != above.page_no and item.page_no in broken
    ]


def _attachments(items: list[Step], specs: tuple[FormSpec, ...]) -> dict[int, AttachmentSpan]:
    """Finds the performance attachments by where they begin; a statutory form's title with its header ends one."""
    grids = {id(item.grid): item.grid for item in items if item.grid}
    rows = {key: list(grid.rows()) for key, grid in grids.items()}
    strips = []
    for item in items:
        if item.grid:
            cells = rows[id(item.grid)][item.row_index]
            text = "|".join(match_key(cell.text) for cell in cells.values())
            strips.append(Strip(text, is_row=True, is_other_form=bool(item.title)))
        elif item.line:
            text = "" if item.is_contents else unicodedata.normalize("NFKC", one_line(item.line.text))
            strips.append(Strip(text, is_row=False, is_other_form=bool(item.title)))
    return {span.start: span for span in find_attachments(strips, specs)}


def _attachment_region(items: list[Step], span: AttachmentSpan, specs: tuple[FormSpec, ...]) -> FormRegion:
    body = items[span.start : span.stop]
    first = body[0]
    row_no = first.line.line_no if first.line else None
    if first.grid:
        row_no = next((c.line_no for c in first.grid.cells if c.row_index == first.row_index), None)
        row_no = row_no or first.row_index + 1
    return FormRegion(
        spec=next(spec for spec in specs if spec.form_id == span.form_id),
        phase=None,
        instance_no=0,
        title=match_key(span.title),
        form_no=None,
        grids=tuple(_slice_grids(body)),
        lines=tuple(item.line for item in body if item.line),
        unit=read_unit(list(_head_lines(body))),
        page_no=first.page_no,
        line_no=row_no,
    )


def _joined(region: FormRegion, continuation: FormRegion) -> FormRegion:
    """Joins the part of a form printed under a title of its own: 支出决算表（续）."""
    return replace(region, grids=region.grids + continuation.grids, lines=region.lines + continuation.lines)


def _end_of(items: list[Step], start: int, stop: int) -> int:
    """Returns where the region's tables end: at prose or at the next part of the document."""
    title = items[start].title
    is_bare = title is not None and title.is_bare
    own_no = _form_no(items, start, stop)
    seen_table = items[start].grid is not None
    seen_figures = False
    for index in range(start + 1, stop):
        item = items[index]
        if seen_figures and _printed_numbers(item) - {own_no}:
            return index  # another form, whose title nobody can read
        seen_figures = seen_figures or _has_figures(item)
        if item.grid:
            seen_table = True
            continue
        key = match_key(item.line.text) if item.line else ""
        if _END.search(key):
            return index
        is_prose = len(key) > PROSE_LENGTH or (is_bare and PROSE.search(key))
        is_told = len(key) > PROSE_LENGTH and _SENTENCE_END.search(key)  # no title has sentences above its table
        if ((seen_table and is_prose) or is_told) and not _NOTE.match(key):
            return index
    return stop


def _region(items: list[Step], start: int, stop: int) -> FormRegion | None:
    item = items[start]
    if item.title is None:
        return None
    spec = item.title.spec
    end = _end_of(items, start, stop)
    body = items[start + 1 if item.line else start : end]
    if not _has_header(spec, body):
        return None
    if _is_line_of_contents(items, start, body):
        return None
    lines = tuple(entry.line for entry in body if entry.line)
    head = _lines_above(items, start)
    near = [*_head_lines(body)]
    unit = _unit(body, head, is_last=stop == len(items))
    return FormRegion(
        spec=spec,
        phase=phase_of_title(item.title.title),
        instance_no=0,
        title=item.title.title,
        form_no=_form_no(items, start, end),
        grids=tuple(_slice_grids(body)),
        lines=lines,
        unit=unit,
        page_no=item.page_no,
        line_no=item.line.line_no if item.line else row_cells(item)[0].line_no,
        printed_organisation=read_organisation([*near, *head]),
        printed_year=read_year([item.title.title, *(line.text for line in near)]),
        body=_body_above_table(body),
    )


def _lines_above(items: list[Step], start: int) -> list[TextLine]:
    lines = [entry.line for entry in items[max(0, start - _LINES_BEFORE) : start] if entry.line]
    return [line for line in lines if len(match_key(line.text)) <= PROSE_LENGTH]


def _form_no(items: list[Step], start: int, stop: int) -> str | None:
    """Returns the number a form prints right above its title, else right below it."""
    near = [*_head_lines(items[start + 1 if items[start].line else start : stop])]
    lines = [*reversed(_lines_above(items, start)[-2:]), *near[:4]]
    return next((no for line in lines if (no := form_no_of(line.text))), None)


def _printed_numbers(item: Step) -> set[str | None]:
    """The form numbers (公开01表) that a line is, or that stand in cells of a row."""
    texts = [item.line.text] if item.line else [cell.text for cell in row_cells(item)]
    return {form_no_of(text) for text in texts} - {None}


def _is_line_of_contents(items: list[Step], start: int, body: list[Step]) -> bool:
    """Whether a title stands in a list of headings: nothing of a table follows it, and its neighbours are numbered too.

    An empty form has its header in a table, or its unit above the words that it is empty.
    """
    title = items[start].line
    if title is None or not is_heading(title.text) or any(item.grid or _has_figures(item) for item in body):
        return False
    if read_unit([item.line for item in body if item.line], has_cells=False).unit is not None:
        return False
    neighbours = (items[max(0, start - 1)], items[min(len(items) - 1, start + 1)])
    return any(near is not items[start] and near.line and is_heading(near.line.text) for near in neighbours)


#: A code list is told by the first digit of its codes.
_CODE = re.compile(r"([1235])\d{2}(\d{2}){0,2}(\.0)?")
_LIST_OF_DIGIT = {"1": "revenue", "2": "function", "3": "economic", "5": "economic"}
#: Fewer codes than this may be amounts.
_MIN_CODES = 3


def _by_codes(region: FormRegion, specs: tuple[FormSpec, ...]) -> Iterator[FormRegion]:
    """Mends titles that contradict the codes below them.

    Publishers print the title of the sheet before again, or none at all: a table of economic codes under the title of
    the function form is the economic form, alone or below the function form's own table.
    """
    if not region.spec.form_if_codes:
        yield region
        return
    groups: list[tuple[str | None, list[Grid]]] = []
    for grid in region.grids:
        is_government = region.spec.issued_by is Issuer.GOVERNMENT  # whose amounts have no decimals to tell them by
        code_list = _code_list(list(_first_texts(grid) if is_government else _speaking_texts(grid)))
        if groups and code_list in (None, groups[-1][0]):
            groups[-1][1].append(grid)
        else:
            groups.append((code_list, [grid]))
    if not groups:
        groups = [(_code_list([line.text.split()[0] for line in region.lines if line.text.strip()]), [])]
    by_id = {spec.form_id: spec for spec in specs}
    for code_list, grids in groups:
        form_id = region.spec.form_if_codes.get(code_list or "", region.spec.form_id)
        page_no = grids[0].page_no if grids else region.page_no
        yield replace(region, spec=by_id[form_id], grids=tuple(grids), page_no=page_no)


def _first_texts(grid: Grid) -> Iterator[str]:
    """Yields the first text of each row of a grid: where a code is printed, it stands there."""
    for row in grid.rows():
        yield from [cell.text for cell in row.values() if cell.text.strip()][:1]


def _speaking_texts(grid: Grid) -> Iterator[str]:
    """Yields the texts of a grid without codes that stand alone in their row or before a code of another list.

    Workbooks made from others keep a column of old codes that the page does not speak of.
    """
    for row in grid.rows():
        texts = [match_key(cell.text) for cell in row.values() if cell.text.strip()]
        for text, following in zip_longest(texts, texts[1:]):
            code, other = _CODE.fullmatch(text), _CODE.fullmatch(following or "")
            is_left_over = following is None or (other is not None and code is not None and other[1] != code[1])
            if not (code and is_left_over):
                yield text


def _code_list(texts: list[str]) -> str | None:
    """Returns which list most codes among the texts belong to, `None` where there are too few to tell."""
    found = Counter(_LIST_OF_DIGIT[m.group(1)] for text in texts if (m := _CODE.fullmatch(match_key(text))))
    if not found:
        return None
    code_list, count = found.most_common(1)[0]
    return code_list if count >= _MIN_CODES else None


def _head_lines(body: list[Step]) -> Iterator[TextLine]:
    """Yields the first lines after a title, grid rows among them as lines (header cells carry units too)."""
    for item in body[:_HEAD_LINES]:
        if item.line:
            yield item.line
        elif item.grid:
            row = row_cells(item)
            yield TextLine(" ".join(cell.text for cell in row), page_no=item.page_no, line_no=row[0].line_no)


def _unit(body: list[Step], head: list[TextLine], *, is_last: bool) -> UnitReading:
    """Reads the unit between title and figures, else above the title, else below the last table.

    Below another form's table the unit of the next form stands, above its title: that one is never taken.
    """
    figures = next((index for index, item in enumerate(body) if _has_figures(item)), len(body))
    below = body[figures:] if is_last else []
    has_cells = any(item.grid for item in body)
    for lines in (_head_lines(body[:figures]), head, _head_lines(below)):
        unit = read_unit(lines, has_cells=has_cells)
        if unit.unit is not None or unit.rivals:
            break
    return unit


def _has_figures(item: Step) -> bool:
    if item.line:
        return bool(_FIGURE.search(item.line.text))
    return any(_FIGURE_CELL.fullmatch(match_key(cell.text)) for cell in row_cells(item))


def _body_above_table(body: list[Step]) -> Body | None:
    return read_body(item.line for item in takewhile(lambda item: item.line, body[:LINES_BELOW]) if item.line)


def _has_header(spec: FormSpec, body: list[Step]) -> bool:
    text = ""
    for item in body:
        if item.line:
            text += match_key(item.line.text)
        text += "".join(match_key(cell.text) for cell in row_cells(item))
        if len(text) > _HEADER_WINDOW:
            break
    return bool(text) and all(word.search(text) for word in spec.header_words)


def _slice_grids(body: list[Step]) -> Iterator[Grid]:
    """Yields the grids of a region, each cut to the rows that stand inside it (indices unchanged)."""
    by_grid: dict[int, tuple[Grid, set[int]]] = {}
    for item in body:
        if item.grid:
            by_grid.setdefault(id(item.grid), (item.grid, set()))[1].add(item.row_index)
    for grid, rows in by_grid.values():
        cells = tuple(cell for cell in grid.cells if cell.row_index in rows)
        yield replace(grid, cells=cells)


def _with_document_units(regions: list[FormRegion]) -> Iterator[FormRegion]:
    """Gives a form without a printed unit the one all other forms of the document print, and says so.

    A form that prints two units takes it only if it is one of them. Attachments keep their own unit: some print 元
    below forms in 万元, so they neither lend nor borrow one.
    """
    printed = {
        region.unit.unit for region in regions if region.unit.unit and region.spec.row_kind is not RowKind.ATTACHMENT
    }
    for region in regions:
        if region.spec.row_kind is RowKind.ATTACHMENT:
            yield region
            continue
        is_possible = not region.unit.rivals or bool(printed & {*region.unit.rivals})
        if region.unit.unit is None and len(printed) == 1 and is_possible:
            unit = replace(region.unit, unit=next(iter(printed)), evidence="document")
            yield replace(region, unit=unit)
        else:
            yield region
