"""OFD packages become the characters and rules of a page, and from there lines and grids as a PDF does."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import BeyondLimits, DamagedFile, EncryptedFile, MissingTool, NoTextLayer
from pipeline.flow import extract_document
from pipeline.model.extract import CellKind
from pipeline.model.grid import Document, Grid, TextLine
from pipeline.model.source import SourceFile
from pipeline.readers import ofd_pictures
from pipeline.readers.ofd import read_ofd
from pipeline.readers.ofd_package import OfdPackage
from pipeline.readers.ofd_page import POINTS_PER_MM, Matrix, read_ofd_page
from pipeline.readers.ofd_pictures import draw
from pipeline.readers.pdf_glyphs import PageGlyphs
from tests.corpus import write_scan
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
LINE = '<ofd:TextObject Boundary="20 30 40 5" Size="4"><ofd:TextCode X="0" Y="4"{}>{}</ofd:TextCode></ofd:TextObject>'
DATA = "<ofd:AbbreviatedData>{}</ofd:AbbreviatedData>"


RESOURCES = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
DOCUMENT_RES = (
    f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="1" Type="Image" Format="PNG">'
    '<ofd:MediaFile>a_png</ofd:MediaFile></ofd:MultiMedia><ofd:MultiMedia ID="2" Type="Image" Format="PNG">'
    "<ofd:MediaFile>b_png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
)


def package(*pages: str, common: str = "", box: str = "0 0 210 297", **parts: str | bytes) -> bytes:
    """An OFD file whose pages hold the given objects; other parts by name, `/` written as `__`."""
    listed = "".join(f'<ofd:Page ID="{no}" BaseLoc="Pages/{no}.xml"/>' for no in range(len(pages)))
    area = f"<ofd:PageArea><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea>"
    files: dict[str, str | bytes] = {
        "OFD.xml": f"<OFD {NAMESPACE}><DocBody><DocRoot>/Doc_0/Document.xml</DocRoot></DocBody></OFD>",
        "Doc_0/Document.xml": (
            f"<ofd:Document {NAMESPACE}><ofd:CommonData>{area}{common}</ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
        ),
        **{f"Doc_0/Pages/{no}.xml": page(content) for no, content in enumerate(pages)},
        **({"Doc_0/DocumentRes.xml": DOCUMENT_RES} if common == RESOURCES else {}),
        **{name.replace("__", "/"): content for name, content in parts.items()},
    }
    return zipped(files)


def page(objects: str, before: str = "") -> str:
    return f"<ofd:Page {NAMESPACE}>{before}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"


def zipped(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return out.getvalue()


def read(data: bytes) -> Document:
    return read_ofd(SourceFile("0" * 64, "a.ofd", "a.ofd", Path("a.ofd"), len(data)), data)


def place(*pages: str, **more: str) -> PageGlyphs:
    """The first page, with everything in millimetres."""
    part = next(OfdPackage(package(*pages, **more)).pages())
    return read_ofd_page(part, 1)


def mm(*points: float) -> tuple[float, ...]:
    return tuple(round(point / POINTS_PER_MM, 2) for point in points)


def lines(data: bytes) -> list[list[str]]:
    return [[block.text for block in p.blocks if isinstance(block, TextLine)] for p in read(data).pages]


def test_a_character_stands_where_boundary_and_code_put_it() -> None:
    (glyph,) = place(LINE.format("", "元")).glyphs
    assert mm(glyph.x0, glyph.x1) == (20.0, 24.0)
    assert mm(glyph.bottom - glyph.top) == (4.0,)
    assert glyph.top < (30 + 4) * POINTS_PER_MM < glyph.bottom


@pytest.mark.parametrize(
    ("advance", "starts"),
    [
        (' DeltaX="4 2 2"', [20, 24, 26, 28]),
        (' DeltaX="4 g 2 2"', [20, 24, 26, 28]),
        (' DeltaX="g 3 3"', [20, 23, 26, 29]),
        (' DeltaX="5"', [20, 25, 30, 35]),
        ("", [20, 24, 26, 28]),
        (' DeltaY="4 4 4"', [20, 20, 20, 20]),
    ],
)
def test_characters_advance_by_their_deltas(advance: str, starts: list[float]) -> None:
    assert [mm(glyph.x0)[0] for glyph in place(LINE.format(advance, "元1.2")).glyphs] == starts


def test_a_digit_is_as_wide_as_it_advances() -> None:
    first, *_ = place(LINE.format(' DeltaX="2.2 2.2"', "123")).glyphs
    assert mm(first.x1 - first.x0) == (2.2,)


def test_the_matrix_scales_and_moves_before_the_boundary() -> None:
    objects = LINE.format(' DeltaX="4"', "合计").replace("Size", 'CTM="0.5 0 0 0.5 10 0" Size')
    first, second = place(objects).glyphs
    assert mm(first.x0, second.x0) == (30.0, 32.0)


def test_later_codes_begin_where_they_say_or_below_the_former() -> None:
    objects = (
        '<ofd:TextObject Boundary="10 10 50 20" Size="4"><ofd:TextCode X="1" Y="4">甲</ofd:TextCode>'
        '<ofd:TextCode Y="9">乙</ofd:TextCode></ofd:TextObject>'
    )
    first, second = place(objects).glyphs
    assert mm(first.x0, second.x0, second.top - first.top) == (11.0, 11.0, 5.0)


@pytest.mark.parametrize(
    ("attributes", "path", "count"),
    [
        ("", "M 0 0 L 50 0", 1),
        ("", "S 0 0 M 0 0 L 50 0 L 50 20 L 0 20 C", 4),
        ("", "M0,0L50,0 50,0", 1),
        ("", "M 0 0 L 50 20", 0),
        ("", "M 0 0 B 1 1 2 2 50 0 Q 1 1 50 0", 0),
        ('Stroke="false" Fill="true"', "M 0 0 L 50 0 L 50 0.2 L 0 0.2 C", 2),
        ('Stroke="false"', "M 0 0 L 50 0", 0),
        ('Visible="false"', "M 0 0 L 50 0", 0),
    ],
)
def test_straight_pieces_of_painted_paths_are_rules(attributes: str, path: str, count: int) -> None:
    path_object = f'<ofd:PathObject Boundary="20 30 50 20" {attributes}>{DATA.format(path)}</ofd:PathObject>'
    rules = place(path_object).rules or ()
    assert len(rules) == count
    assert all(mm(rule.x0)[0] in (20.0, 70.0) for rule in rules)


def test_rules_and_text_become_a_grid() -> None:
    level = "".join(f"M 0 {y} L 60 {y} " for y in (0, 10, 20))
    upright = "".join(f"M {x} 0 L {x} 20 " for x in (0, 30, 60))
    objects = f'<ofd:PathObject Boundary="20 30 60 20">{DATA.format(level + upright)}</ofd:PathObject>'
    for text, x, y in (("项目", 22, 32), ("金额", 52, 32), ("合计", 22, 42), ("12.50", 52, 42)):
        objects += LINE.format("", text).replace('"20 30', f'"{x} {y}')
    (grid,) = read(package(objects)).pages[0].blocks
    assert isinstance(grid, Grid)
    assert [cell.text for cell in grid.cells] == ["项目", "金额", "合计", "12.50"]


def test_pages_follow_each_other_and_templates_lie_below() -> None:
    root = f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocRoot>d.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    document = (
        f'<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:TemplatePage ID="7" BaseLoc="t.xml"/></ofd:CommonData>'
        '<ofd:Pages><ofd:Page BaseLoc="1.xml"/><ofd:Page BaseLoc="2.xml"/></ofd:Pages></ofd:Document>'
    )
    files = {
        "OFD.xml": root,
        "d.xml": document,
        "t.xml": page(LINE.format("", "沁源县").replace("20 30", "20 10")),
        "1.xml": page(LINE.format("", "一")),
        "2.xml": page(LINE.format("", "二"), before='<ofd:Template TemplateID="7"/>'),
    }
    assert lines(zipped(files)) == [["一"], ["沁源县", "二"]]


def test_a_drawing_placed_on_the_page_gives_its_text() -> None:
    unit = (
        f"<ofd:Res {NAMESPACE}><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID='9'><ofd:Content>"
        f"{LINE.format('', '章')}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    placed = '<ofd:PageBlock><ofd:CompositeObject ResourceID="9" Boundary="50 0 9 9"/></ofd:PageBlock>'
    (glyph,) = place(placed, common="<ofd:PublicRes>Res</ofd:PublicRes>", Doc_0__Res=unit).glyphs
    assert mm(glyph.x0) == (70.0,)


def test_a_drawing_that_places_itself_ends() -> None:
    unit = (
        f"<ofd:Res {NAMESPACE}><ofd:CompositeGraphicUnit ID='9'>{LINE.format('', '章')}"
        "<ofd:CompositeObject ResourceID='9' Boundary='1 1 9 9'/></ofd:CompositeGraphicUnit></ofd:Res>"
    )
    placed = '<ofd:CompositeObject ResourceID="9" Boundary="50 0 9 9"/>'
    assert place(placed, common="<ofd:PublicRes>Res</ofd:PublicRes>", Doc_0__Res=unit).glyphs


@pytest.mark.parametrize("matrix", ["0 1 -1 0 0 0", "0 -1 1 0 0 0"], ids=["down", "up"])
def test_a_sideways_page_is_turned(matrix: str) -> None:
    objects = LINE.format("", "合计12").replace("Size", f'CTM="{matrix}" Size').replace("20 30", "100 150")
    found = place(objects)
    assert mm(found.width_pt, found.height_pt) == (297.0, 210.0)
    assert all(glyph.is_upright and 0 < glyph.x0 < found.width_pt for glyph in found.glyphs)
    assert [glyph.text for glyph in sorted(found.glyphs, key=lambda glyph: glyph.x0)] == ["合", "计", "1", "2"]


def test_glyphs_printed_twice_are_read_once() -> None:
    twice = LINE.format("", "合计") + LINE.format("", "合计").replace("20 30", "20.1 30")
    assert lines(package(twice)) == [["合计"]]


def test_pages_that_are_pictures_have_no_text_layer() -> None:
    with pytest.raises(NoTextLayer):
        read(package('<ofd:ImageObject Boundary="0 0 210 297" ResourceID="1"/>'))


def test_a_page_whose_picture_is_missing_or_broken_is_damage() -> None:
    picture = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="1"/>'
    missing = read(package(LINE.format("", "一"), picture))
    broken = read(package(LINE.format("", "一"), picture, common=RESOURCES, Doc_0__Res__a_png=b"no picture"))
    assert "page 2: the part (no name) is missing" in missing.damage[0]
    assert "page 2: the picture Doc_0/Res/a_png cannot be decoded" in broken.damage[0]


def test_a_logo_or_a_picture_beside_text_is_not_read() -> None:
    logo = '<ofd:ImageObject Boundary="0 0 20 20" ResourceID="1"/>'
    beside = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="1"/>'
    text = "".join(
        LINE.format("", "收入支出决算总表项目金额合计").replace("20 30", f"20 {y}") for y in (20, 40, 60, 80)
    )
    found = read(package(logo + LINE.format("", "一"), beside + text))
    assert found.damage == ()


def test_a_picture_is_drawn_where_its_matrix_puts_it() -> None:
    half_black = np.full((40, 20, 3), 255, np.uint8)
    half_black[:20] = 0  # its upper half
    upright = np.full((200, 100, 3), 255, np.uint8)
    draw(upright, half_black, Matrix(a=100, d=200))
    assert (upright[50, 50, 0], upright[150, 50, 0]) == (0, 255)
    turned = np.full((100, 200, 3), 255, np.uint8)
    draw(turned, half_black, Matrix(a=0, b=100, c=-200, d=0, e=200))  # a quarter clockwise: its top lies right
    assert (turned[50, 150, 0], turned[50, 50, 0]) == (0, 255)


def test_without_the_ocr_packages_picture_pages_are_said_or_stop_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofd_pictures, "require_ocr", fail_for_want_of_ocr)
    picture = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="1"/>'
    assert read(package(LINE.format("", "一"), picture)).notes == ("page 2 is a picture and was not read (no OCR)",)
    with pytest.raises(MissingTool):
        read(package(picture))


def fail_for_want_of_ocr() -> None:
    raise MissingTool("no OCR")


@pytest.mark.skipif(not write_scan.can_draw_chinese(), reason=write_scan.NO_FONT)
@pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="needs the OCR packages")
def test_pages_that_are_pictures_are_read(tmp_path: Path) -> None:
    made = typeset(random_facts(3, "final_2024", item_count=3), Format.PDF)
    pages, files = [], {}
    for number, pixels in enumerate(write_scan.rasterise(made.content, 200, pages=[1, 2])):
        png = io.BytesIO()
        Image.fromarray(pixels).save(png, "PNG")
        files[f"Doc_0__Res__{'ab'[number]}_png"] = png.getvalue()
        height, width = (side / 200 * 25.4 for side in pixels.shape[:2])
        place = f'Boundary="0 0 {width} {height}" CTM="{width} 0 0 {height} 0 0"'
        pages.append(f'<ofd:ImageObject {place} ResourceID="{number + 1}"/>' + LINE.format("", f"第{number}页"))
    data = package(*pages, common=RESOURCES, box=f"0 0 {width} {height}", **files)
    path = tmp_path / "scan.ofd"
    path.write_bytes(data)
    extract = extract_document(SourceFile("0" * 64, path.name, path.name, path, len(data)))
    numbers = Counter(value.amount_yuan for value in extract.values if value.cell_kind is CellKind.NUMBER)
    assert {(value.form_id, value.method) for value in extract.values} == {("summary", "scan_ocr")}
    assert numbers == Counter(value.amount_yuan for value in made.expected_numbers if value.form_id == "summary")


def test_characters_of_the_files_own_fonts_are_noted() -> None:
    assert (
        "2 characters are known to the file's own fonts only"
        in read(package(LINE.format("", "合\ue001\ue002"))).notes[0]
    )


@pytest.mark.parametrize(
    ("files", "match"),
    [
        ({"OFD.xml": "<OFD"}, "OFD.xml cannot be read"),
        ({"a.xml": ""}, "OFD.xml is missing"),
        ({"OFD.xml": "<OFD/>"}, "has no page"),
        ({"OFD.xml": "<OFD><DocBody/></OFD>"}, "without saying where"),
        ({"OFD.xml": "<OFD><DocBody><DocRoot>x.xml</DocRoot></DocBody></OFD>"}, "x.xml is missing"),
    ],
)
def test_a_damaged_package_says_which_part(files: dict[str, str], match: str) -> None:
    with pytest.raises(DamagedFile, match=match):
        read(zipped(files))


def test_a_page_that_is_missing_is_damage_not_a_shorter_document() -> None:
    data = package(LINE.format("", "一"), common='<ofd:TemplatePage ID="1" BaseLoc="gone.xml"/>')
    with pytest.raises(DamagedFile, match=r"gone\.xml is missing"):
        read(data)


@pytest.mark.parametrize(
    "attribute",
    ['Size="x"', 'Size="NaN"', 'Size="4" Boundary="inf 0 1 1"', 'Size="4" CTM="a b c d e f"', 'Boundary="1"'],
)
def test_what_is_no_number_is_damage(attribute: str) -> None:
    with pytest.raises(DamagedFile, match="page 1"):
        read(package(f"<ofd:TextObject {attribute}><ofd:TextCode X='0' Y='0'>一</ofd:TextCode></ofd:TextObject>"))


def test_bytes_cut_off_are_damage() -> None:
    with pytest.raises(DamagedFile, match="zip cannot be opened"):
        read(package(LINE.format("", "一"))[:-40])


def test_an_encrypted_package_is_told() -> None:
    with pytest.raises(EncryptedFile):
        read(zipped({"OFD.xml": "<OFD/>", "Encryptions.xml": ""}))


def test_parts_that_declare_entities_are_refused() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + page(LINE.format("", "一&b;"))
    files = {"OFD.xml": "<OFD><DocBody><DocRoot>d.xml</DocRoot></DocBody></OFD>", "p.xml": bomb}
    files["d.xml"] = "<Document><Pages><Page BaseLoc='p.xml'/></Pages></Document>"
    with pytest.raises(BeyondLimits, match="document type"):
        read(zipped(files))
