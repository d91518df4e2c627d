"""Writes a document as a page of HTML, as a publisher's website or Excel makes it: frames of tables, spans, breaks."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tests.corpus.table import CellRole, FormPage, Prose, Table, TableCell, TypesetDocument
from tests.corpus.wrapping import wrap_text

_ALIGN = {CellRole.AMOUNT: "right", CellRole.LABEL: "left", CellRole.SECTION: "left", CellRole.CODE: "left"}
_FRAME_START = (
    '<table width="100%"><tr><td colspan="2" class="banner">政府信息公开</td></tr>'
    '<tr><td class="menu"><a href="#">首页</a><br><a href="#">机构职能</a></td><td>'
)
_FRAME_END = "</td></tr></table>"


@dataclass(frozen=True, slots=True)
class HtmlStyle:
    """How the page looks.

    Attributes:
        encoding: of the bytes; the page declares it as Chinese pages do (gb2312 for all of GBK).
        has_frame: the forms stand in a cell of a table that lays out the page.
        wrap_width: half-width columns after which labels are broken by `<br>`; `None` leaves them whole.
        closes_cells: write `</td>` and `</tr>`; browsers do not need them, and old editors leave them out.
        has_hidden_rows: begin each table with a hidden row of column widths, as Excel does.
    """

    encoding: str = "utf-8"
    has_frame: bool = False
    wrap_width: int | None = None
    closes_cells: bool = True
    has_hidden_rows: bool = False


def write_html(document: TypesetDocument, style: HtmlStyle | None = None) -> bytes:
    """Sets the document as one page."""
    style = style or HtmlStyle()
    declared = "gb2312" if style.encoding.startswith("gb") else style.encoding
    body = "".join(f"<h1>{escape(line)}</h1>\n" for line in document.cover)
    body += "".join(f"<p>{escape(line)}</p>\n" for line in document.disclaimer)
    body += "".join(_form(part, style) if isinstance(part, FormPage) else _prose(part) for part in document.parts)
    if style.has_frame:
        body = f"{_FRAME_START}{body}{_FRAME_END}"
    page = (
        f'<!DOCTYPE html>\n<html><head><meta charset="{declared}"><title>{escape("".join(document.cover))}</title>\n'
        "<style>td {border: 1px solid}</style><script>var total = 12345.67;</script></head>\n"
        f"<body>\n{body}</body></html>\n"
    )
    return page.encode(style.encoding)


def _prose(prose: Prose) -> str:
    return "".join(f"<p>{escape(text)}</p>\n" for text in prose.paragraphs) + "<hr>\n"


def _form(form: FormPage, style: HtmlStyle) -> str:
    above = "".join(f"<p>{escape(text)}</p>\n" for _, text in form.heading)
    below = "".join(f"<p>{escape(note)}</p>\n" for note in form.notes)
    return f"{above}{_table(form.table, style)}{below}<hr>\n"


def _table(table: Table, style: HtmlStyle) -> str:
    end_of_row = "</tr>" if style.closes_cells else ""
    rows = [f"<tr>{''.join(_cell(cell, style) for cell in row)}{end_of_row}\n" for row in table.rows]
    widths = "".join(f"<td width={weight:g}></td>" for weight in table.column_weights)
    hidden = f"<tr style='display:none'>{widths}</tr>\n" if style.has_hidden_rows else ""
    return f"<table border=1>\n{hidden}{''.join(rows)}</table>\n"


def _cell(cell: TableCell, style: HtmlStyle) -> str:
    spans = f' colspan="{cell.col_span}"' if cell.col_span > 1 else ""
    spans += f' rowspan="{cell.row_span}"' if cell.row_span > 1 else ""
    end = "</td>" if style.closes_cells else ""
    return f'<td{spans} align="{_ALIGN.get(cell.role, "center")}">{_text(cell, style)}{end}'


def _text(cell: TableCell, style: HtmlStyle) -> str:
    if not cell.text:
        return "&nbsp;"
    if style.wrap_width is None or cell.role not in {CellRole.LABEL, CellRole.HEADER}:
        return escape(cell.text)
    return "<br>\n    ".join(escape(line) for line in wrap_text(cell.text, style.wrap_width))
