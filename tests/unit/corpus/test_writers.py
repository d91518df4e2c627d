"""Every writer sets the same table: what its format's own library reads back is what the facts say."""

from __future__ import annotations

import io

import docx
import openpyxl
import pdfplumber
import pytest

from tests.corpus.compose import compose, squeeze
from tests.corpus.facts_files import fact_file_names, load_facts
from tests.corpus.random_facts import random_facts
from tests.corpus.table import TypesetDocument
from tests.corpus.typeset import DocxStyle, Format, PdfStyle, typeset
from tests.corpus.write_docx import write_docx
from tests.corpus.write_pdf import write_pdf
from tests.corpus.write_tabbed_text import TabbedTextStyle, write_tabbed_text
from tests.corpus.write_whitespace_text import WhitespaceTextStyle, write_whitespace_text
from tests.corpus.write_xlsx import XlsxStyle, write_xlsx

QINYUAN = "qinyuan_government_office_2022_final"
RANDOM = [f"random {seed}" for seed in range(4)]


@pytest.fixture(params=[*fact_file_names(), *RANDOM])
def document(request: pytest.FixtureRequest) -> TypesetDocument:
    kind, _, seed = request.param.partition(" ")
    return compose(random_facts(int(seed)) if kind == "random" else load_facts(kind), is_demo=True)


def printed_rows(document: TypesetDocument) -> list[list[str]]:
    return [
        [squeeze(cell.text) if cell else "" for cell in row] for form in document.forms for row in form.table.matrix()
    ]


@pytest.mark.parametrize(
    "style",
    [PdfStyle(repeats_header=False), PdfStyle(repeats_header=False, is_rotated=True), PdfStyle(is_landscape=False)],
    ids=["landscape", "rotated", "portrait"],
)
def test_pdf_tables_hold_every_row(document: TypesetDocument, style: PdfStyle) -> None:
    with pdfplumber.open(io.BytesIO(write_pdf(document, style))) as pdf:
        tables = [table for page in pdf.pages for table in page.extract_tables()]
        assert {page.rotation for page in pdf.pages} == {90 if style.is_rotated else 0}
    rows = [[squeeze(text or "") for text in row] for table in tables for row in table]
    assert [row for row in printed_rows(document) if row not in rows] == []
    if not style.repeats_header:
        assert len(rows) == len(printed_rows(document))


def test_first_page_says_that_it_is_set_again(document: TypesetDocument) -> None:
    with pdfplumber.open(io.BytesIO(write_pdf(document))) as pdf:
        assert "不是原件" in pdf.pages[0].extract_text()
    assert "不是原件" in write_tabbed_text(document).decode()[:400]


def test_docx_tables_hold_every_row(document: TypesetDocument) -> None:
    word = docx.Document(io.BytesIO(write_docx(document, DocxStyle())))
    rows = []
    for table in word.tables:
        for row in table.rows:
            seen: set[int] = set()
            texts = []
            for cell in row.cells:
                texts.append("" if id(cell._tc) in seen else cell.text)
                seen.add(id(cell._tc))
            rows.append([squeeze(text) for text in texts])
    wanted = printed_rows(document)
    assert len(rows) == len(wanted)
    for got, want in zip(rows, wanted, strict=True):
        assert [text for text in want if text and text not in got] == []


@pytest.mark.parametrize("style", [XlsxStyle(), XlsxStyle(codes_as_floats=True, stores_noise=True)], ids=str)
def test_xlsx_shows_every_amount_through_its_format(document: TypesetDocument, style: XlsxStyle) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(document, style)))
    assert book.sheetnames[0] == "封面"
    for sheet, form in zip(book.worksheets[1:], document.forms, strict=True):
        for placed in form.table.placed():
            cell = sheet.cell(len(form.heading) + 1 + placed.row_index, placed.col_index + 1)
            assert shown(cell.value, cell.number_format) == placed.cell.text


def shown(value: object, number_format: str) -> str:
    if isinstance(value, float | int):
        decimals = number_format.partition(".")[2]
        return f"{value:{',' if ',' in number_format else ''}.{len(decimals)}f}"
    return str(value or "")


def test_noise_in_a_sheet_is_stored_in_all_its_digits() -> None:
    facts = load_facts("sanmenxia_government_office_2023_final")
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(compose(facts), XlsxStyle(stores_noise=True))))
    stored = {cell.value for row in book.worksheets[1].iter_rows() for cell in row}
    assert 2939.7099999999996 in stored
    assert 2939.71 not in stored


def test_tabbed_rows_have_one_cell_per_column(document: TypesetDocument) -> None:
    text = write_tabbed_text(document, TabbedTextStyle(rows_per_page=None)).decode()
    rows = [[squeeze(cell) for cell in line.split("\t")] for line in text.split("\n") if "\t" in line]
    assert rows == [row for row in printed_rows(document) if len(row) > 1]


def whitespace_text(**style: object) -> str:
    return write_whitespace_text(compose(load_facts(QINYUAN)), WhitespaceTextStyle(**style)).decode()  # type: ignore[arg-type]


def test_numbers_run_into_the_next_block() -> None:
    text = whitespace_text(line_width=400)
    assert "301 工资福利支出 2585077.58 2585077.58302 商品和服务支出" in text
    assert "6083688.98一、一般公共服务支出" in text


def test_blank_cells_leave_spaces() -> None:
    assert "\n20102 政协事务 197085.00 197085.00     \n" in whitespace_text(line_width=400)


def test_blank_cells_are_gone_when_collapsed() -> None:
    text = whitespace_text(line_width=400, collapse_blanks=True)
    assert "\n20102 政协事务 197085.00 197085.00\n" in text
    assert "  " not in text


def test_long_labels_are_broken_over_lines() -> None:
    assert "\n一、一般公共预算财政拨款收\n入\n\n1.00 6083688.98" in whitespace_text()


@pytest.mark.parametrize("file_format", list(Format))
@pytest.mark.parametrize("seed", range(3))
def test_same_facts_give_same_bytes(file_format: Format, seed: int) -> None:
    facts = random_facts(seed)
    assert typeset(facts, file_format).content == typeset(facts, file_format).content


def test_every_format_carries_the_same_truth() -> None:
    facts = load_facts(QINYUAN)
    assert len({typeset(facts, file_format).expected_values for file_format in Format}) == 1


def test_style_of_another_format_is_refused() -> None:
    with pytest.raises(TypeError, match="expected PdfStyle"):
        typeset(load_facts(QINYUAN), Format.PDF, XlsxStyle())
