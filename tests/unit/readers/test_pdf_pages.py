"""Pages as they are seen: turned, cropped, nested, doubled; by both engines. Files are written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest

from pipeline.errors import DamagedFile, EncryptedFile, FiscalError, NoTextLayer
from pipeline.model.grid import Document, Grid, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers import pdf
from pipeline.readers.pdf_glyphs import PageGlyphs
from pipeline.readers.pdf_pdfium import CannotRead, PdfiumPdf, open_pdfium
from pipeline.readers.pdf_plumber import open_plumber

#: Two rows of two cells, the upper left one at (100, 100) from the page's corner as seen, 300 by 400 points.
TABLE = (
    "0.5 w 100 300 m 200 300 l S 100 280 m 200 280 l S 100 260 100 0.4 re f "
    "100 260 m 100 300 l S 150 260 m 150 300 l S 200 260 m 200 300 l S "
    "BT /F1 10 Tf 105 286 Td (Sum) Tj 50 0 Td (1,234.50) Tj -50 -20 Td (Rest) Tj 50 0 Td (7.00) Tj ET"
)


@dataclass(frozen=True)
class SmallPage:
    """One page of a file written by hand."""

    content: str
    media_box: tuple[float, float, float, float] = (0, 0, 300, 400)
    crop_box: tuple[float, float, float, float] | None = None
    rotate: int = 0
    forms: tuple[tuple[str, str], ...] = ()  # matrix and content; each may draw the next as /X


def small_pdf(*pages: SmallPage, font: str = "/Type /Font /Subtype /Type1 /BaseFont /Helvetica") -> bytes:
    """A whole PDF with a right table of objects; objects are written as they come."""
    objects: list[str] = ["/Type /Catalog /Pages 2 0 R", "", font]

    def add(body: str, content: str | None = None) -> int:
        stream = "" if content is None else f" /Length {len(content)} >>\nstream\n{content}\nendstream"
        objects.append(body + stream)
        return len(objects)

    kids = []
    for page in pages:
        inner = ""
        for matrix, content in reversed(page.forms):
            form = add(
                f"/Type /XObject /Subtype /Form /BBox [-999 -999 999 999] /Matrix [{matrix}] "
                f"/Resources << /Font << /F1 3 0 R >> {inner} >>",
                content,
            )
            inner = f"/XObject << /X {form} 0 R >>"
        body = add("", page.content)
        boxes = f"/MediaBox {list(page.media_box)} " + (f"/CropBox {list(page.crop_box)} " if page.crop_box else "")
        kids.append(
            add(
                f"/Type /Page /Parent 2 0 R {boxes.replace(',', '')}/Rotate {page.rotate} /Contents {body} 0 R "
                f"/Resources << /Font << /F1 3 0 R >> {inner} >>"
            )
        )
    objects[1] = f"/Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}]"
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n<< {body}{'' if 'endstream' in body else ' >>'}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{out}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    ).encode("latin-1")


def both_engines(data: bytes, page_no: int = 1) -> tuple[PageGlyphs, PageGlyphs]:
    """The same page from pdfium and from pdfplumber."""
    with open_pdfium(data) as fast, open_plumber(data) as slow:
        return fast.read_page(page_no), slow.read_page(page_no)


def read(data: bytes) -> Document:
    """A file's bytes as a document."""
    return pdf.read_pdf(SourceFile("id", "a.pdf", "a.pdf", None, len(data)), data)  # type: ignore[arg-type]


def only_grid(data: bytes) -> Grid:
    """The one table of a file of one page."""
    (grid,) = (block for block in read(data).pages[0].blocks if isinstance(block, Grid))
    return grid


def lines_of(data: bytes) -> list[str]:
    """The texts of the lines outside tables."""
    return [block.text for page in read(data).pages for block in page.blocks if isinstance(block, TextLine)]


def rounded(page: PageGlyphs) -> tuple[object, ...]:
    """A page's content with positions to a tenth of a point, in an order of its own."""
    glyphs = sorted((round(g.top, 1), round(g.x0, 1), round(g.x1, 1), round(g.bottom, 1), g.text) for g in page.glyphs)
    rules = sorted({tuple(round(position, 1) for position in rule) for rule in page.rules or ()})
    return round(page.width_pt, 1), round(page.height_pt, 1), glyphs, rules


def turned(rotate: int, shift: tuple[float, float]) -> SmallPage:
    """`TABLE` on a page stored turned and with an offset, seen at the same place."""
    dx, dy = shift
    matrix = {
        0: f"1 0 0 1 {dx} {dy}",
        90: f"0 1 -1 0 {400 + dx} {dy}",
        180: f"-1 0 0 -1 {300 + dx} {400 + dy}",
        270: f"0 -1 1 0 {dx} {300 + dy}",
    }[rotate]
    width, height = (400, 300) if rotate in {90, 270} else (300, 400)
    return SmallPage(
        f"q {matrix} cm {TABLE} Q",
        media_box=(dx - 30, dy - 20, dx + width + 50, dy + height + 10),
        crop_box=(dx, dy, dx + width, dy + height),
        rotate=rotate,
    )


@pytest.mark.parametrize(("rotate", "shift"), product((0, 90, 180, 270), ((0, 0), (37, -11))))
def test_a_turned_and_cropped_page_is_read_as_it_is_seen(rotate: int, shift: tuple[float, float]) -> None:
    data = small_pdf(turned(rotate, shift))
    fast, slow = both_engines(data)
    upright_fast, upright_slow = both_engines(small_pdf(SmallPage(TABLE)))
    assert rounded(fast) == rounded(upright_fast)
    assert rounded(slow) == rounded(upright_slow)
    assert [cell.text for cell in only_grid(data).cells] == ["Sum", "1,234.50", "Rest", "7.00"]


def test_a_thin_filled_rectangle_is_one_rule() -> None:
    grid = only_grid(small_pdf(SmallPage(TABLE)))
    assert (grid.row_count, grid.col_count) == (2, 2)
    assert grid.col_edges == pytest.approx((100, 150, 200))
    assert grid.bbox == pytest.approx((100, 100, 200, 139.8))


def test_forms_within_forms_are_placed_by_all_their_matrices() -> None:
    inner = "0.5 0 0 0.5 20 30", TABLE
    outer = "2 0 0 2 -40 -60", "q /X Do Q"
    page = SmallPage("q 1 0 0 1 0 0 cm /X Do Q", forms=(outer, inner))
    fast, slow = both_engines(small_pdf(page))
    upright_fast, upright_slow = both_engines(small_pdf(SmallPage(TABLE)))
    assert rounded(fast) == rounded(upright_fast)
    assert rounded(slow) == rounded(upright_slow)


def test_both_engines_give_the_same_boxes() -> None:
    fast, slow = both_engines(small_pdf(SmallPage(TABLE)))
    assert [glyph.text for glyph in fast.glyphs] == [glyph.text for glyph in slow.glyphs]
    for quick, sure in zip(fast.glyphs, slow.glyphs, strict=True):
        assert quick[1:5] == pytest.approx(sure[1:5], abs=0.2)  # they round the font's descent differently


def test_glyphs_printed_twice_for_boldness_are_read_once() -> None:
    content = "BT /F1 22 Tf 50 300 Td (Total 11) Tj 0.8 0.3 Td (Total 11) Tj ET"
    fast, slow = both_engines(small_pdf(SmallPage(content)))
    assert "".join(glyph.text for glyph in fast.glyphs if glyph.text != " ") == "Total11"
    assert "".join(glyph.text for glyph in slow.glyphs if glyph.text != " ") == "Total11"


def test_glyphs_of_no_size_are_dropped_and_unpainted_ones_kept() -> None:
    content = "BT /F1 0 Tf 50 300 Td (no) Tj /F1 9 Tf 3 Tr 0 -50 Td (scanned) Tj ET"
    assert lines_of(small_pdf(SmallPage(content))) == ["scanned"]


def test_a_hyphen_at_the_end_of_a_line_stays_a_hyphen() -> None:
    content = "BT /F1 9 Tf 50 300 Td (fall-) Tj 0 -12 Td (back) Tj 0 -30 Td (a -) Tj ET"
    assert lines_of(small_pdf(SmallPage(content))) == ["fall-", "back", "a -"]


def test_a_page_with_sideways_text_is_read_by_the_second_engine() -> None:
    content = TABLE + " BT /F1 9 Tf 0 1 -1 0 250 100 Tm (sideways) Tj ET"
    data = small_pdf(SmallPage(content))
    with open_pdfium(data) as fast, pytest.raises(CannotRead, match="upright"):
        fast.read_page(1)
    assert [cell.text for cell in only_grid(data).cells] == ["Sum", "1,234.50", "Rest", "7.00"]
    assert sorted("".join(lines_of(data))) == sorted("sideways")  # as pdfplumber has it: from the top down


def test_glyphs_without_unicode_go_to_the_second_engine() -> None:
    font = (
        "/Type /Font /Subtype /Type0 /BaseFont /Odd /Encoding /Identity-H /DescendantFonts [ << /Type /Font "
        "/Subtype /CIDFontType2 /BaseFont /Odd /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        "/Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Odd /Flags 4 /Ascent 800 "
        "/Descent -200 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /CapHeight 800 /StemV 80 >> >> ]"
    )
    data = small_pdf(SmallPage("BT /F1 9 Tf 50 300 Td <00410042> Tj ET"), font=font)
    with open_pdfium(data) as fast, pytest.raises(CannotRead, match="Unicode"):
        fast.read_page(1)
    assert lines_of(data) == ["(cid:65)(cid:66)"]


def test_a_page_pdfium_cannot_load_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    data = small_pdf(SmallPage(TABLE), SmallPage(TABLE))
    whole = read(data)
    read_page = PdfiumPdf.read_page

    def fail_on_second(self: PdfiumPdf, page_no: int) -> PageGlyphs:
        if page_no == 2:
            raise CannotRead("for this test")
        return read_page(self, page_no)

    monkeypatch.setattr(PdfiumPdf, "read_page", fail_on_second)
    again = read(data)
    assert [cell.text for cell in again.pages[1].blocks[0].cells] == [  # type: ignore[union-attr]
        cell.text
        for cell in whole.pages[1].blocks[0].cells  # type: ignore[union-attr]
    ]


def test_a_page_of_too_many_lines_is_read_as_text_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.readers.pdf_paths.MOST_PATH_POINTS", 5)
    document = read(small_pdf(SmallPage(TABLE)))
    assert not any(isinstance(block, Grid) for block in document.pages[0].blocks)
    assert len(document.notes) == 1
    assert "page 1" in document.notes[0]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"%PDF-1.4\nnothing here", DamagedFile),
        (small_pdf(), DamagedFile),
        (small_pdf(SmallPage("0 0 m 9 9 l S")), NoTextLayer),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, error: type[FiscalError]) -> None:
    with pytest.raises(error):
        read(data)


def test_encryption_without_a_password_is_read_and_with_one_is_refused() -> None:
    from io import BytesIO

    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    def locked(password: str) -> bytes:
        out = BytesIO()
        canvas = Canvas(out, encrypt=StandardEncryption(password, "owner", strength=128))
        canvas.drawString(100, 100, "open to all")
        canvas.save()
        return out.getvalue()

    assert lines_of(locked("")) == ["open to all"]
    with pytest.raises(EncryptedFile):
        read(locked("secret"))


def test_a_broken_table_of_objects_is_left_to_the_second_engine() -> None:
    data = small_pdf(SmallPage(TABLE)).replace(b"startxref\n", b"startxref\n9")
    assert [cell.text for cell in only_grid(data).cells] == ["Sum", "1,234.50", "Rest", "7.00"]
