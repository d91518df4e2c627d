"""Writes a document as OFD (GB/T 33190), as printing programs make it: what a page shows, object by object.

The page is laid out once, by the PDF writer; its characters and lines are then set as OFD objects in millimetres.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any
from xml.sax.saxutils import escape

import pdfplumber

from tests.corpus.table import TypesetDocument
from tests.corpus.write_pdf import PdfStyle, write_pdf
from tests.corpus.zip_bytes import pack_again

_MM_PER_POINT = 25.4 / 72
_DESCENT = 0.14
_NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class OfdStyle:
    """How the OFD looks.

    Attributes:
        is_rotated: the page is set sideways: its text runs down, turned by the matrix of each object.
        has_rules: draw the lines of the tables.
        rules_are_rectangles: lines are thin filled rectangles, as some programs draw them.
        has_template: running header and page frame stand in a template page.
        runs_are_packed: equal advances are written as `g n v`.
    """

    is_rotated: bool = False
    has_rules: bool = True
    rules_are_rectangles: bool = False
    has_template: bool = False
    runs_are_packed: bool = True


def write_ofd(document: TypesetDocument, style: OfdStyle | None = None) -> bytes:
    """Sets the document as OFD."""
    style = style or OfdStyle()
    with pdfplumber.open(io.BytesIO(write_pdf(document, PdfStyle(has_rules=style.has_rules)))) as pdf:
        width, height = _mm(pdf.pages[0].width), _mm(pdf.pages[0].height)
        contents = [_content(page, style, height) for page in pdf.pages]
    sides = (height, width) if style.is_rotated else (width, height)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("OFD.xml", _root())
        package.writestr("Doc_0/Document.xml", _document(len(contents), sides, style))
        if style.has_template:
            package.writestr("Doc_0/Tpls/Tpl_0/Content.xml", _page([_line(5, 5, 20, 5, style)], is_template=True))
        for number, objects in enumerate(contents):
            page = _page(objects, is_template=False, uses_template=style.has_template)
            package.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", page)
    return pack_again(out.getvalue())


def _mm(points: float) -> float:
    return points * _MM_PER_POINT


def _root() -> str:
    return (
        f'{_XML}<ofd:OFD {_NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _document(page_count: int, sides: tuple[float, float], style: OfdStyle) -> str:
    template = '<ofd:TemplatePage ID="2" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if style.has_template else ""
    pages = "".join(
        f'<ofd:Page ID="{number + 10}" BaseLoc="Pages/Page_{number}/Content.xml"/>' for number in range(page_count)
    )
    return (
        f"{_XML}<ofd:Document {_NAMESPACE}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 {sides[0]:.3f} {sides[1]:.3f}</ofd:PhysicalBox></ofd:PageArea>"
        f"{template}</ofd:CommonData>"
        f"<ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
    )


def _page(objects: Iterable[str], *, is_template: bool, uses_template: bool = False) -> str:
    template = '<ofd:Template TemplateID="2" ZOrder="Background"/>' if uses_template and not is_template else ""
    return (
        f"{_XML}<ofd:Page {_NAMESPACE}>{template}<ofd:Content><ofd:Layer Type="
        f'"Body" ID="3">{"".join(objects)}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def _content(page: Any, style: OfdStyle, height: float) -> list[str]:
    objects = [
        _line(_mm(edge["x0"]), _mm(edge["top"]), _mm(edge["x1"]), _mm(edge["bottom"]), style, height)
        for edge in page.lines
    ]
    objects += [_text(run, style, height) for run in _runs(page.chars)]
    return objects


def _line(x0: float, y0: float, x1: float, y1: float, style: OfdStyle, height: float = 0.0) -> str:
    if style.is_rotated:
        x0, y0, x1, y1 = height - y1, x0, height - y0, x1
    width, depth, thick = x1 - x0, y1 - y0, 0.18
    if style.rules_are_rectangles:
        w, h = max(width, thick), max(depth, thick)
        path, paint = f"M 0 0 L {w:.3f} 0 L {w:.3f} {h:.3f} L 0 {h:.3f} C", 'Stroke="false" Fill="true"'
    else:
        path, paint = f"M 0 0 L {width:.3f} {depth:.3f}", 'LineWidth="0.18"'
    return (
        f'<ofd:PathObject ID="4" Boundary="{x0:.3f} {y0:.3f} {max(width, thick):.3f} {max(depth, thick):.3f}" {paint}>'
        f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _runs(chars: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Characters that follow each other on one line without a gap."""
    starts = [0]
    for index in range(1, len(chars)):
        before, char = chars[index - 1], chars[index]
        is_next = abs(char["x0"] - before["x1"]) < 0.01 and char["bottom"] == before["bottom"]
        starts.append(starts[-1] if is_next and char["size"] == before["size"] else index)
    for _, run in groupby(zip(starts, chars, strict=False), key=lambda pair: pair[0]):
        yield [char for _, char in run]


def _text(run: list[dict[str, Any]], style: OfdStyle, height: float) -> str:
    size, text = _mm(run[0]["size"]), "".join(char["text"] for char in run)
    x, width = _mm(run[0]["x0"]), _mm(run[-1]["x1"] - run[0]["x0"])
    base = _mm(run[0]["bottom"]) - _DESCENT * size
    deltas = [f"{_mm(after['x0'] - char['x0']):.3f}" for char, after in pairwise(run)]
    advance = f' DeltaX="{_packed(deltas) if style.runs_are_packed else " ".join(deltas)}"' if deltas else ""
    if style.is_rotated:
        place, y = f'Boundary="{height - base:.3f} {x:.3f} {size:.3f} {width:.3f}" CTM="0 1 -1 0 0 0"', 0.0
    else:
        y = size * (1 - _DESCENT)
        place = f'Boundary="{x:.3f} {base - y:.3f} {width:.3f} {size:.3f}"'
    return (
        f'<ofd:TextObject ID="5" {place} Font="1" Size="{size:.3f}">'
        f'<ofd:TextCode X="0" Y="{y:.3f}"{advance}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def _packed(deltas: list[str]) -> str:
    """Writes runs of equal advances as `g n v`."""
    runs = [(value, len(list(same))) for value, same in groupby(deltas)]
    return " ".join(value if times == 1 else f"g {times} {value}" for value, times in runs)
