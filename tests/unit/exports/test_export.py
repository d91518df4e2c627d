"""A workbook holds numbers as numbers, codes as text, leads from figures to sources and runs nothing."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import Result

from pipeline.errors import FileInUse, NoWarehouse, UnknownChoice
from pipeline.exports.choice import Choice, choose
from pipeline.exports.files import write_folder
from pipeline.exports.folder_format import FolderFormat
from pipeline.exports.tables import list_tables, rows_of
from pipeline.exports.workbook import write_workbook
from pipeline.published.findings import Language
from pipeline.published.warehouse import Connection, open_published
from tests.defs.analyst_warehouse import make_analyst_warehouse

Gongkai = Callable[..., Result]

FUNCTION, SOURCES = "function 功能分类", "sources 出处"
FORMULA = '=HYPERLINK("http://x.example","click")'


@pytest.fixture(scope="module")
def warehouse_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hand-made warehouse; one document calls itself a formula."""
    folder = tmp_path_factory.mktemp("export")
    file = make_analyst_warehouse(folder / "fiscal.duckdb")
    with duckdb.connect(str(file)) as connection:
        connection.execute("update marts.fct_form_value set line_label = ? where value_id = 'v2'", [FORMULA])
        connection.execute("comment on column marts.mart_county_function.amount_yuan is 'Amount.\n金额。'")
    return folder


@pytest.fixture
def opened(warehouse_dir: Path) -> Iterator[Connection]:
    with open_published(warehouse_dir / "fiscal.duckdb") as connection:
        yield connection


@pytest.fixture
def workbook(opened: Connection, tmp_path: Path) -> openpyxl.Workbook:
    write_workbook(opened, choose(opened, language=Language.ENGLISH), tmp_path / "all.xlsx")
    return openpyxl.load_workbook(tmp_path / "all.xlsx")


def columns(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[1]}


def row_of(sheet: Worksheet, /, **wanted: object) -> int:
    place = columns(sheet)
    (row,) = [
        number
        for number in range(2, sheet.max_row + 1)
        if all(sheet.cell(number, place[name]).value == value for name, value in wanted.items())
    ]
    return row


def cell_of(sheet: Worksheet, row: int, name: str) -> openpyxl.cell.Cell:
    return sheet.cell(row, columns(sheet)[name])


def test_there_is_a_sheet_for_each_table_and_for_columns_and_sources(workbook: openpyxl.Workbook) -> None:
    assert workbook.sheetnames == [
        "about 说明",
        "basis 比较依据",
        FUNCTION,
        "economic 经济分类",
        "three_public 三公经费",
        "budget_to_final 预算到决算",
        "ledger 公开台账",
        "restatement 数字更正",
        "columns 字段说明",
        SOURCES,
    ]
    assert {sheet.freeze_panes for sheet in workbook} == {"A2"}


def test_numbers_are_numbers_with_formats_and_codes_are_text(workbook: openpyxl.Workbook) -> None:
    sheet = workbook[FUNCTION]
    row = row_of(sheet, region_name="甲县", fiscal_year=2022, function_code="201")
    amount, share, code = (cell_of(sheet, row, name) for name in ("amount_yuan", "share", "function_code"))
    assert (amount.value, amount.number_format) == (70, "#,##0.00")
    assert (share.value, share.number_format) == (0.7, "0.00%")
    assert (code.value, code.data_type, code.number_format) == ("201", "s", "@")


def test_reasons_and_warnings_are_words(workbook: openpyxl.Workbook) -> None:
    sheet = workbook[FUNCTION]
    row = row_of(sheet, region_name="乙县", function_code="210")
    assert cell_of(sheet, row, "warnings").value == "the body itself; persons unknown"
    assert cell_of(sheet, row, "is_comparable").value == "yes 是"


def linked_ids(workbook: openpyxl.Workbook, cell: openpyxl.cell.Cell) -> list[object]:
    """The value_ids of the rows of sources that a figure is linked to."""
    assert cell.hyperlink is not None
    sheet, _, places = cell.hyperlink.location.rpartition("!")
    return [row[0].value for row in workbook[sheet.strip("'")][f"{places.replace(':A', ':B')}"]]


def test_each_figure_leads_to_the_rows_of_its_sources(workbook: openpyxl.Workbook) -> None:
    sheet = workbook[FUNCTION]
    with_sources = {("甲县", 2022, "210"): ["v1"], ("甲县", 2023, "21011"): ["v2"], ("乙县", 2023, "201"): ["v3"]}
    for (region, year, code), ids in with_sources.items():
        row = row_of(sheet, region_name=region, fiscal_year=year, function_code=code)
        assert linked_ids(workbook, cell_of(sheet, row, "amount_yuan")) == ids
        assert linked_ids(workbook, cell_of(sheet, row, "sources")) == ids
    sources = workbook[SOURCES]
    row = row_of(sources, value_id="v1")
    told = [cell_of(sources, row, name).value for name in ("file_name", "page_no", "row_no", "reported_text")]
    assert told == ["a22.pdf", 3, 7, "30.00"]


def test_a_text_that_is_a_formula_stays_a_text(workbook: openpyxl.Workbook) -> None:
    cells = [cell for row in workbook[SOURCES] for cell in row if cell.value == FORMULA]
    assert {(cell.data_type, cell.quotePrefix) for cell in cells} == {("s", True)}
    assert not [cell for sheet in workbook for row in sheet for cell in row if cell.data_type == "f"]


def test_the_columns_are_explained(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["columns 字段说明"]
    row = row_of(sheet, sheet=FUNCTION, column="amount_yuan")
    assert cell_of(sheet, row, "explanation").value == "Amount. 金额。"
    explained = {row[1] for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] == FUNCTION}
    assert explained >= set(columns(workbook[FUNCTION]))


def test_the_same_figures_give_the_same_bytes(opened: Connection, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_workbook(opened, Choice(), tmp_path / f"{name}.xlsx")
        write_folder(opened, Choice(), tmp_path / name, FolderFormat.PARQUET)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.xlsx") as package:
        assert b"2026-01-01T00:00:00Z" in package.read("docProps/core.xml")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_what_does_not_fit_on_a_sheet_stands_on_the_next(opened: Connection, tmp_path: Path) -> None:
    written = write_workbook(opened, Choice(), tmp_path / "long.xlsx", max_rows=4)
    workbook = openpyxl.load_workbook(tmp_path / "long.xlsx")
    parts = [name for name in workbook.sheetnames if name.startswith("function")]
    assert parts == [FUNCTION, f"{FUNCTION} 2", f"{FUNCTION} 3"]
    rows = [row for part in parts for row in workbook[part].iter_rows(min_row=2, values_only=True)]
    assert len(rows) == written.rows["function"] == 7
    for part in parts:
        sheet = workbook[part]
        for row in range(2, sheet.max_row + 1):
            (value_id,) = linked_ids(workbook, cell_of(sheet, row, "amount_yuan"))
            assert value_id in {f"v{number}" for number in range(5)}


def test_beyond_the_links_a_sheet_takes_the_rows_are_text(opened: Connection, tmp_path: Path) -> None:
    write_workbook(opened, Choice(), tmp_path / "links.xlsx", max_links=4)
    sheet = openpyxl.load_workbook(tmp_path / "links.xlsx")[FUNCTION]
    linked = [cell_of(sheet, row, "amount_yuan").hyperlink is not None for row in range(2, sheet.max_row + 1)]
    assert linked == [True, True, False, False, False, False, False]
    assert cell_of(sheet, 8, "sources").value.startswith(f"{SOURCES}!")


# ------------------------------------------------------------------------------ what is chosen
def test_regions_and_years_cut_every_table(opened: Connection, tmp_path: Path) -> None:
    choice = choose(opened, regions=["甲县", "100002"], years=[2023])
    assert choice.region_codes == ("100001", "100002")
    assert write_workbook(opened, choice, tmp_path / "cut.xlsx").rows == {
        "basis": 2,
        "function": 4,
        "economic": 1,
        "three_public": 1,
        "budget_to_final": 2,
        "ledger": 5,
        "restatement": 1,
    }


def test_all_departments_together_keep_the_rows_of_each_where_a_row_is_a_department(opened: Connection) -> None:
    choice = Choice(years=(2023,), department_types=("全部",))
    counts = {table.short: len(list(rows_of(opened, table, choice))) for table in list_tables(opened)}
    assert (counts["function"], counts["budget_to_final"], counts["ledger"]) == (0, 2, 5)


@pytest.mark.parametrize(
    ("asked", "found", "candidates"),
    [
        ({"regions": ["甲具"]}, "region 甲具", "甲县 100001"),
        ({"regions": ["火星"]}, "region 火星", "乙县 100002"),
        ({"years": [1999]}, "year 1999", "2022, 2023"),
        ({"phases": ["final"]}, "phase final", "final_accounts"),
        ({"department_types": ["财政局"]}, "department type 财政局", "政府办公室"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    opened: Connection, asked: dict[str, list[object]], found: str, candidates: str
) -> None:
    with pytest.raises(UnknownChoice) as caught:
        choose(opened, **asked)  # type: ignore[arg-type]
    assert found in caught.value.found
    assert candidates in caught.value.expected


# ---------------------------------------------------------------------------------- folders
def test_a_folder_of_csv_has_exact_numbers_and_nothing_to_run(opened: Connection, tmp_path: Path) -> None:
    write_folder(opened, choose(opened, language=Language.CHINESE), tmp_path, FolderFormat.CSV)
    assert (tmp_path / "function.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "function.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["region_name"] == "乙县"]
    assert [(row["function_code"], row["amount_yuan"], row["warnings"], row["value_ids"]) for row in rows] == [
        ("201", "20.00", "只含本级; 在职人数不明", "v3"),
        ("210", "5.00", "只含本级; 在职人数不明", "v4"),
    ]
    with (tmp_path / "sources.csv").open(encoding="utf-8-sig", newline="") as lines:
        labels = {row["value_id"]: row["line_label"] for row in csv.DictReader(lines)}
    assert labels["v2"] == f"'{FORMULA}"


def test_a_folder_of_parquet_keeps_types(opened: Connection, tmp_path: Path) -> None:
    write_folder(opened, choose(opened, regions=["甲县"]), tmp_path, FolderFormat.PARQUET)
    frame = pl.read_parquet(tmp_path / "function.parquet")
    assert frame.schema["amount_yuan"] == pl.Decimal(20, 2)
    assert frame.schema["value_ids"] == pl.List(pl.String)
    assert set(frame["region_name"]) == {"甲县"}


# ------------------------------------------------------------------------------------ errors
@pytest.mark.parametrize("mark", ["~$t.xlsx", ".~lock.t.xlsx#"])
def test_a_file_that_somebody_has_open_is_left_alone(opened: Connection, tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).touch()
    with pytest.raises(FileInUse, match="open in another program"):
        write_workbook(opened, Choice(), tmp_path / "t.xlsx")
    assert not (tmp_path / "t.xlsx").exists()


@pytest.mark.parametrize("name", ["t.xlsx", "folder"])
def test_a_place_that_cannot_be_written_is_said(opened: Connection, tmp_path: Path, name: str) -> None:
    (tmp_path / "taken").touch()  # a file where a folder would have to be
    target = tmp_path / "taken" / name
    with pytest.raises(FileInUse, match="cannot be written"):
        write_workbook(opened, Choice(), target) if target.suffix else write_folder(
            opened, Choice(), target, FolderFormat.PARQUET
        )


def test_a_file_of_an_older_version_is_said(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "f.duckdb")) as connection:
        connection.execute("create schema marts")
        with pytest.raises(NoWarehouse, match="mart_comparison_basis"):
            list_tables(connection)


def test_the_command_writes_what_it_is_told(gongkai: Gongkai, warehouse_dir: Path, tmp_path: Path) -> None:
    result = gongkai(
        "export", "--to", tmp_path / "t.xlsx", "--region", "甲县", "--year", 2023, "--warehouse", warehouse_dir
    )
    assert result.exit_code == 0, result.output
    assert "function 2" in result.output
    assert (tmp_path / "t.xlsx").is_file()
    result = gongkai("export", "--to", tmp_path / "f", "--format", "parquet", "--warehouse", warehouse_dir)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "f" / "basis.parquet").is_file()


def test_the_command_says_what_is_wrong(gongkai: Gongkai, warehouse_dir: Path, tmp_path: Path) -> None:
    assert gongkai("export", "--to", tmp_path / "t.pdf", "--warehouse", warehouse_dir).exit_code == 2
    result = gongkai("export", "--to", tmp_path / "t.xlsx", "--region", "甲具", "--warehouse", warehouse_dir)
    assert result.exit_code == 1
    assert "甲县 100001" in result.output
    assert gongkai("export", "--to", tmp_path / "t.xlsx", "--warehouse", tmp_path).exit_code == 1
