"""Problems of a form's figures: scanned pages in doubt, figures under a label the form does not have."""

from __future__ import annotations

from pipeline.model.extract import COLUMNS_LOST, CellKind, FormValue, Severity
from pipeline.model.grid import GridKind
from pipeline.parse.form_issues import doubtful_pages, unknown_categories
from tests.unit.builders import region_of, value_of

EXPENDITURE = region_of("expenditure")
THREE_PUBLIC = region_of("three_public")


def scanned(text: str, kind: CellKind = CellKind.NUMBER, page_no: int = 1, reason: str | None = None) -> FormValue:
    value = value_of(text, code="201", kind=kind)
    return value._replace(method=GridKind.SCAN.value, page_no=page_no, method_reason=reason)


def test_a_scanned_page_with_an_unread_cell_is_in_doubt() -> None:
    values = [
        scanned("1.00"),
        scanned("■", CellKind.UNREADABLE),
        scanned("", CellKind.BLANK),
        scanned("2.00", page_no=2),
    ]
    (issue,) = doubtful_pages(EXPENDITURE, values)
    assert (issue.category, issue.severity, issue.page_no) == ("scan_in_doubt", Severity.WARNING, 1)
    assert issue.message.startswith("1 of 2 filled cells could not be read")


def test_a_scanned_page_that_lost_a_column_is_in_doubt_once() -> None:
    reason = f"{COLUMNS_LOST}: basic"
    (issue,) = doubtful_pages(EXPENDITURE, [scanned("1.00", page_no=2, reason=reason)] * 2)
    assert (issue.page_no, issue.message) == (2, f"{reason}: figures may stand in a neighbouring column")


def test_a_scanned_page_read_whole_is_not_in_doubt() -> None:
    other_reason = scanned("1.00", reason="read by pdfplumber")
    assert list(doubtful_pages(EXPENDITURE, [scanned("1.00"), scanned("", CellKind.BLANK), other_reason])) == []


def test_an_unread_cell_of_a_page_of_characters_doubts_no_page() -> None:
    assert list(doubtful_pages(EXPENDITURE, [value_of("■", kind=CellKind.UNREADABLE)])) == []


def test_a_figure_under_no_line_of_the_form_is_an_issue_with_its_label() -> None:
    known = value_of("1.00", form_id="three_public", code="reception", label="公务接待费", measure="final")
    unknown = value_of("2.00", form_id="three_public", label="接侍费", measure="final", row_no=5)
    (issue,) = unknown_categories(THREE_PUBLIC, [known, unknown])
    assert (issue.category, issue.severity, issue.row_no) == ("unknown_category", Severity.WARNING, 5)
    assert issue.message.startswith("“接侍费”")
    assert "catalogue/three_public.yaml" in issue.remedy


def test_a_blank_under_no_line_of_the_form_is_none() -> None:
    assert list(unknown_categories(THREE_PUBLIC, [value_of("", label="接侍费", kind=CellKind.BLANK)])) == []


def test_forms_of_codes_have_no_categories_to_be_unknown() -> None:
    assert list(unknown_categories(EXPENDITURE, [value_of("2.00", label="遗属补助")])) == []
