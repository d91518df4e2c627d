"""The pages of `gongkai check --html`: boxes lie on the cells, nothing of a document works as HTML, all is inside."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pypdfium2
import pytest
from lxml import html
from PIL import Image
from typer.testing import Result

from pipeline.model.extract import FormValue
from pipeline.pages.pictures import DrawingTask, draw_pages
from tests.corpus import write_scan
from tests.corpus.facts import DocumentFacts, FormFacts
from tests.corpus.persons import LABEL, secrets_in
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset
from tests.corpus.write_pdf import PdfStyle
from tests.unit.builders import finding_of, value_of
from tests.unit.lake.builders import CHECK, make_extract
from tests.unit.published.small_warehouse import publish, read_bytes

Gongkai = Callable[..., Result]

#: A leaf of 支出决算表 whose basic expenditure reads 1022.00: not 2012601's, nor 20126's, nor the total's any more.
CODE, RIGHT, WRONG = "2012601", "1022.00", "1922.00"


def with_one_digit_changed() -> DocumentFacts:
    """A document of one form, so that reading it is quick."""
    facts = random_facts(seed=7, family="final_2024")
    return replace(facts, forms=tuple(_changed(form) for form in facts.forms if form.layout == "expenditure"))


def _changed(form: FormFacts) -> FormFacts:
    (lines,) = form.blocks
    assert [line.cells[2:4] for line in lines if line.cells[0] == CODE] == [(RIGHT, RIGHT)]
    return replace(
        form,
        blocks=(
            tuple(
                replace(line, cells=(*line.cells[:3], WRONG, *line.cells[4:])) if line.cells[0] == CODE else line
                for line in lines
            ),
        ),
    )


def cropped(content: bytes) -> bytes:
    """The same PDF with pages cut to what is printed on them, so that their origin moves."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        left, bottom, right, top = page.get_mediabox()
        page.set_cropbox(left + 17, bottom + 9, right - 11, top - 5)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


@dataclass(frozen=True)
class Pages:
    """What `gongkai check --html` wrote."""

    folder: Path
    raw_dir: Path

    @property
    def texts(self) -> dict[str, str]:
        return {path.name: path.read_text(encoding="utf-8") for path in self.folder.glob("*.html")}

    @property
    def document(self) -> html.HtmlElement:
        (text,) = (text for name, text in self.texts.items() if name != "index.html")
        return html.document_fromstring(text)


def written(gongkai: Gongkai, folder: Path, name: str, content: bytes) -> Pages:
    extract = read_bytes(folder / "raw", name, content)
    publish(folder / "warehouse", {name: extract})
    return html_of(gongkai, folder)


def html_of(gongkai: Gongkai, folder: Path) -> Pages:
    result = gongkai("check", "--html", "--raw", folder / "raw", "--warehouse", folder / "warehouse")
    assert result.exit_code == 0, result.output
    return Pages(folder / "warehouse" / "check", folder / "raw")


def pictures(page: html.HtmlElement) -> dict[str, Image.Image]:
    found = {}
    for image in page.iter("image"):
        content = base64.b64decode(image.get("href").partition("base64,")[2])
        found[image.get("id")] = Image.open(io.BytesIO(content)).convert("L")
    return found


@pytest.mark.parametrize("change", [lambda content: content, cropped], ids=["whole", "cropped"])
@pytest.mark.parametrize("style", [PdfStyle(), PdfStyle(is_rotated=True), PdfStyle(is_landscape=False)])
def test_the_red_box_lies_over_the_cell_with_the_changed_digit(
    gongkai: Gongkai, tmp_path: Path, style: PdfStyle, change: Callable[[bytes], bytes]
) -> None:
    content = change(typeset(with_one_digit_changed(), Format.PDF, style).content)
    page = written(gongkai, tmp_path, "决算.pdf", content).document
    (box,) = (rect for rect in page.iter("rect") if rect.get("class") == "blamed")
    svg = box.getparent()
    page_id = svg.find("use").get("href").removeprefix("#")
    width, height = map(float, svg.get("viewbox", svg.get("viewBox")).split()[2:])
    picture = pictures(page)[page_id]
    assert picture.width / picture.height == pytest.approx(width / height, rel=0.01)

    x, y, box_width, box_height = (float(box.get(name)) for name in ("x", "y", "width", "height"))
    inside = (x + 2, y + 2, x + box_width - 2, y + box_height - 2)  # the next cell's digits touch the rule
    assert text_in(content, int(page_id.removeprefix("page")), inside) == WRONG

    assert rules_around(box, picture) == [True] * 4


def with_a_person_beside_it() -> DocumentFacts:
    """The same document, its changed line labelled with somebody's name and number."""
    facts = with_one_digit_changed()
    (form,) = facts.forms
    (lines,) = form.blocks
    named = (replace(line, cells=(CODE, LABEL, *line.cells[2:])) if line.cells[0] == CODE else line for line in lines)
    return replace(facts, forms=(replace(form, blocks=(tuple(named),)),))


@pytest.mark.parametrize("change", [lambda content: content, cropped], ids=["whole", "cropped"])
@pytest.mark.parametrize("style", [PdfStyle(), PdfStyle(is_rotated=True), PdfStyle(is_landscape=False)])
def test_a_persons_name_is_painted_over_in_the_picture_and_stands_nowhere_on_the_page(
    gongkai: Gongkai, tmp_path: Path, style: PdfStyle, change: Callable[[bytes], bytes]
) -> None:
    content = change(typeset(with_a_person_beside_it(), Format.PDF, style).content)
    extract = read_bytes(tmp_path / "raw", "决算.pdf", content)
    page = written(gongkai, tmp_path, "决算.pdf", content)
    assert not any(secrets_in(text) for text in page.texts.values())
    places = [(place.page_no, place.bbox) for place in extract.withheld if place.bbox]
    assert places
    for page_no, box in places:
        assert secrets_in(text_in(content, page_no or 0, box))
        (use,) = {use.get("href"): use for use in page.document.iter("use")}.values()
        assert use.get("href") == f"#page{page_no}"
        left, top, width, _ = map(float, use.getparent().get("viewbox", use.getparent().get("viewBox")).split())
        picture = pictures(page.document)[f"page{page_no}"]
        scale = picture.width / width
        inside = [(edge - origin) * scale for edge, origin in zip(box, (left, top, left, top), strict=True)]
        darkest, lightest = picture.crop(tuple(map(round, inside))).getextrema()
        assert lightest - darkest < 30
        assert lightest < 130


def test_a_page_with_a_person_at_an_unknown_place_is_not_drawn(tmp_path: Path) -> None:
    content = typeset(with_one_digit_changed(), Format.PDF).content
    path = tmp_path / "决算.pdf"
    path.write_bytes(content)
    task = DrawingTask(hashlib.sha256(content).hexdigest(), path, (1, 2), covered=((2, None),))
    drawing = draw_pages(task)
    assert [picture.page_no for picture in drawing.pictures] == [1]
    assert "persons" in (drawing.why_not or "")


def rules_around(box: html.HtmlElement, picture: Image.Image) -> list[bool]:
    """Whether the cell's own rules run one point inside the box on each of its four sides, and paper between them."""
    left, top, width, height = map(float, box.getparent().get("viewbox", box.getparent().get("viewBox")).split())
    x, y, box_width, box_height = (float(box.get(name)) for name in ("x", "y", "width", "height"))

    def darkest_near(at_x: float, at_y: float) -> int:
        column, row = (at_x - left) * picture.width / width, (at_y - top) * picture.height / height
        return int(picture.crop((int(column) - 2, int(row) - 2, int(column) + 3, int(row) + 3)).getextrema()[0])

    middle_x, middle_y = x + box_width / 2, y + box_height / 2
    edges = [(x + 1, middle_y), (x + box_width - 1, middle_y), (middle_x, y + 1), (middle_x, y + box_height - 1)]
    paper = darkest_near(x + 6, y + box_height - 5)  # figures are set to the right
    return [darkest_near(*edge) < paper - 60 for edge in edges]


def text_in(content: bytes, page_no: int, box: tuple[float, float, float, float]) -> str:
    """What stands inside a box of a page as seen, told by pdfium and not by us."""
    document = pypdfium2.PdfDocument(content)
    page = document[page_no - 1]
    width, height = page.get_size()
    corners = [page_point(page, px, py, width, height) for px, py in (box[:2], box[2:])]
    (x0, x1), (y0, y1) = (sorted(values) for values in zip(*corners, strict=True))
    return str(page.get_textpage().get_text_bounded(x0, y0, x1, y1)).strip()


def page_point(page: pypdfium2.PdfPage, x: float, y: float, width: float, height: float) -> tuple[float, float]:
    grid = page.render(scale=1).get_posconv(page)
    return grid.to_page(round(x), round(y))


@pytest.mark.skipif(not write_scan.can_draw_chinese(), reason=write_scan.NO_FONT)
@pytest.mark.parametrize("file", [write_scan.ScanFile.PDF, write_scan.ScanFile.JPEG])
def test_a_crooked_scan_is_set_level_and_boxed(gongkai: Gongkai, tmp_path: Path, file: write_scan.ScanFile) -> None:
    pdf = typeset(with_one_digit_changed(), Format.PDF).content
    content = write_scan.write_scan(pdf, write_scan.ScanStyle(skew_deg=3, seed=5), file, [1])
    page = written(gongkai, tmp_path, f"决算.{file}", content).document
    box = next(rect for rect in page.iter("rect") if rect.findtext("title").endswith(f"{WRONG} 元"))
    (picture,) = pictures(page).values()
    assert rules_around(box, picture) == [True] * 4
    assert "扫描件" in page.text_content()


def test_other_figures_of_the_sums_have_boxes_of_their_own(gongkai: Gongkai, tmp_path: Path) -> None:
    content = typeset(with_one_digit_changed(), Format.PDF).content
    page = written(gongkai, tmp_path, "决算.pdf", content).document
    members = [rect for rect in page.iter("rect") if rect.get("class") == "member"]
    titles = " ".join(rect.findtext("title") for rect in members)
    assert "2012601 行政运行: 1022.00 元" in titles
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    links = {link.get("href") for link in page.iter("a") if link.get("href").startswith("#")}
    assert links <= {f"#{name}" for name in ids}


@pytest.mark.parametrize(
    "file_format", [Format.TABBED_TEXT, Format.WHITESPACE_TEXT, Format.XLSX, Format.DOCX, Format.HTML]
)
def test_a_file_without_pages_has_its_form_set_again(gongkai: Gongkai, tmp_path: Path, file_format: Format) -> None:
    made = typeset(with_one_digit_changed(), file_format)
    page = written(gongkai, tmp_path, f"决算{made.ending}", made.content).document
    assert not pictures(page)
    (cell,) = page.find_class("blamed")[1:]  # the first one is the legend's
    assert cell.text_content().strip() in (WRONG, "1,922.00")
    assert CODE in cell.getparent().text_content()


def test_both_sides_of_a_sum_are_shown_with_formula_and_source(gongkai: Gongkai, tmp_path: Path) -> None:
    content = typeset(with_one_digit_changed(), Format.TABBED_TEXT).content
    words = written(gongkai, tmp_path, "决算.txt", content).document.text_content()
    for said in ("1,922.00", "1,022.00", "900.00", "expenditure_natures", "公式 formula", "依据 source", "容差"):
        assert said in words


def test_a_figure_of_another_document_is_shown_with_its_file(gongkai: Gongkai, tmp_path: Path) -> None:
    ours = value_of("9.00", label="合计")._replace(value_id="ours", page_no=None)
    theirs = value_of("1.00", label="合计")._replace(value_id="theirs")
    check = replace(CHECK, left_value_ids=("ours",), right_value_ids=("theirs",))
    finding = replace(finding_of(value_ids=("ours",)), page_no=None)
    publish(
        tmp_path / "warehouse",
        {
            "甲局2024年决算.txt": replace(make_extract("d1"), values=(ours,), checks=(check,), findings=(finding,)),
            "甲局2023年决算.txt": replace(make_extract("d2"), values=(theirs,), checks=(), findings=()),
        },
    )
    (tmp_path / "raw").mkdir()
    page = html_of(gongkai, tmp_path).document
    captions = [caption.text_content() for caption in page.iter("figcaption")]
    assert ["甲局2023年决算.txt" in caption for caption in captions] == [False, True]
    assert "甲局2023年决算.txt 支出表 第1页第1行第1列" in page.text_content()


def test_a_file_that_is_gone_or_changed_is_said_and_its_forms_are_set_again(gongkai: Gongkai, tmp_path: Path) -> None:
    content = typeset(with_one_digit_changed(), Format.PDF).content
    pages = written(gongkai, tmp_path, "决算.pdf", content)
    original = pages.raw_dir / "决算.pdf"
    for damage, said in ((lambda: original.write_bytes(b"%PDF-1.4 other"), "has changed"), (original.unlink, "--raw")):
        damage()
        page = html_of(gongkai, tmp_path).document
        (note,) = page.find_class("note")
        assert said in note.text_content()
        assert page.find_class("sheet")


def test_a_member_of_an_archive_is_drawn_from_where_it_was_unpacked(gongkai: Gongkai, tmp_path: Path) -> None:
    content = typeset(with_one_digit_changed(), Format.PDF).content
    name = "决算.zip!/决算.pdf"
    extract = read_bytes(tmp_path / "elsewhere", "决算.pdf", content)
    publish(tmp_path / "warehouse", {name: extract})
    unpacked = tmp_path / ".warehouse.unpacked" / "abc" / extract.document_id
    unpacked.parent.mkdir(parents=True)
    unpacked.write_bytes(content)
    assert pictures(html_of(gongkai, tmp_path).document)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}\u202e\x00"


def hostile_pages(gongkai: Gongkai, folder: Path) -> Pages:
    value = value_of("1.00", label=HOSTILE, code=None, qualifier=HOSTILE)._replace(reported_unit=HOSTILE)
    finding = replace(
        finding_of(value_ids=(value.value_id,)),
        line_label=HOSTILE,
        sentence_zh=HOSTILE,
        sentence_en=HOSTILE,
        page_no=1,
        row_no=1,
    )
    check = replace(CHECK, instance_label=HOSTILE, left_value_ids=(value.value_id,), right_value_ids=())
    extract = replace(make_extract("d1"), values=(named(value),), checks=(check,), findings=(finding,))
    extract = replace(extract, record=replace(extract.record, department_name=HOSTILE))
    publish(folder / "warehouse", {"../../" + HOSTILE.replace("\x00", "") + ".pdf": extract})
    (folder / "raw").mkdir()
    return html_of(gongkai, folder)


def named(value: FormValue) -> FormValue:
    return value._replace(form_id="expenditure")


def test_what_a_document_says_never_works_as_html(gongkai: Gongkai, tmp_path: Path) -> None:
    pages = hostile_pages(gongkai, tmp_path)
    assert len(pages.texts) == 2
    for text in pages.texts.values():
        page = html.document_fromstring(text)
        assert not list(page.iter("script", "img"))
        assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
        assert "\u202e" not in text
        assert "\x00" not in text
        assert "<script>alert(1)</script>" in unescape(text), "it is shown as it is written"
        assert "{{ 7*7 }}" in text


def test_a_hostile_name_writes_nothing_outside_the_folder(gongkai: Gongkai, tmp_path: Path) -> None:
    pages = hostile_pages(gongkai, tmp_path)
    (name,) = set(pages.texts) - {"index.html"}
    assert re.fullmatch(r"[\w-]+\.html", name)
    (link,) = {a.get("href") for a in html.document_fromstring(pages.texts["index.html"]).iter("a")}
    assert unquote(link) == f"{name}#f1"


def test_a_page_asks_nothing_of_the_network_and_runs_nothing(gongkai: Gongkai, tmp_path: Path) -> None:
    content = typeset(with_one_digit_changed(), Format.PDF).content
    for text in written(gongkai, tmp_path, "决算.pdf", content).texts.values():
        addresses = re.findall(r"""(?:href|src)=["']?([^"'\s>]+)""", text) + re.findall(r"url\(([^)]*)\)", text)
        assert not [address for address in addresses if address.startswith(("http", "//", "file", "/"))]
        assert "@import" not in text
        assert "default-src 'none'" in text


def test_pages_of_an_earlier_call_go_and_files_of_others_stay(gongkai: Gongkai, tmp_path: Path) -> None:
    content = typeset(with_one_digit_changed(), Format.TABBED_TEXT).content
    pages = written(gongkai, tmp_path, "决算.txt", content)
    assert len(pages.texts) == 2
    own = pages.folder / "own.html"
    own.write_text("<p>mine</p>", encoding="utf-8")
    (tmp_path / "warehouse" / "fiscal.duckdb").unlink()
    publish(tmp_path / "warehouse", {"乙局.txt": make_extract("d2")})
    assert set(html_of(gongkai, tmp_path).texts) == {"index.html", "own.html"}


def test_a_folder_can_be_named_and_a_file_in_its_place_is_an_error(gongkai: Gongkai, tmp_path: Path) -> None:
    publish(tmp_path / "warehouse", {"甲局.pdf": make_extract("d1")})
    named = gongkai("check", "--html", "--to", tmp_path / "pages", "--warehouse", tmp_path / "warehouse")
    assert named.exit_code == 0
    assert "No findings" in (tmp_path / "pages" / "index.html").read_text(encoding="utf-8")
    (tmp_path / "file").touch()
    refused = gongkai("check", "--html", "--to", tmp_path / "file", "--warehouse", tmp_path / "warehouse")
    assert refused.exit_code == 1
    assert "to do: name another one with --to" in refused.output


def test_the_index_lists_findings_worst_first(gongkai: Gongkai, tmp_path: Path) -> None:
    content = typeset(with_one_digit_changed(), Format.TABBED_TEXT).content
    small = read_bytes(tmp_path / "raw", "甲.txt", content)
    large = read_bytes(tmp_path / "raw", "乙.txt", content.replace(WRONG.encode(), b"9922.00"))
    publish(tmp_path / "warehouse", {"甲.txt": small, "乙.txt": large})
    index = html.document_fromstring(html_of(gongkai, tmp_path).texts["index.html"])
    assert [link.text for link in index.iter("a")] == ["乙.txt", "甲.txt"]
