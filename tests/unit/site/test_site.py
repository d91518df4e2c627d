"""Records of regions -> what the site makes of them: totals, order, sources, escaped tables, files, first choice."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import lxml.html

from pipeline.published.comparison import ComparedDocument, Figure, Group, LedgerLine, PrintedValue, PublishedTotal
from pipeline.site.addresses import type_key
from pipeline.site.data import catalogue_entry, first_choice, region_script
from pipeline.site.region import (
    MOST_LINES_A_PAGE,
    MOST_NUMBERS_LISTED,
    GroupFigures,
    Region,
    parts_with_totals,
)
from pipeline.site.render import render
from pipeline.site.tables import figures_table, measured
from pipeline.site.views import figures_csv, tell_reasons, view_sources
from pipeline.site.wording import Words
from pipeline.site.write import ledger_rows

PART = ("function", "all")
HOSTILE = "<script>alert(1)</script>\u202e"


def group(**more: object) -> Group:
    base = Group(
        region_code="140431",
        region_name="沁源县",
        region_level="county",
        fiscal_year=2022,
        phase="final_accounts",
        department_type="政府办公室",
        departments=1,
        departments_known=2,
        departments_known_basis="seen",
        coverage=Decimal("0.5"),
        documents=1,
        document_ids=("d1",),
        reporting_scope="department",
        grade="proven",
        precision_yuan=Decimal("100.000000"),
        is_county_total=False,
        is_comparable=True,
        incomparable_reasons=(),
        warnings=("old_population",),
        population=1000,
        population_year=2020,
        headcount=None,
        headcount_departments=0,
        published_total_yuan=None,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def figure(code: str, level: int, parent: str | None, amount: str, *value_ids: str, **more: object) -> Figure:
    base = Figure(
        region_code="140431",
        fiscal_year=2022,
        phase="final_accounts",
        department_type="政府办公室",
        subject=PART[0],
        variant=PART[1],
        code=code,
        name="某类",
        class_level=level,
        parent_code=parent,
        amount_yuan=Decimal(amount),
        share=Decimal("0.5"),
        amount_per_capita_yuan=Decimal("1.00"),
        amount_per_head_yuan=None,
        prior_year_amount_yuan=None,
        growth_rate=None,
        comparable_rank=1,
        comparable_count=3,
        published_total_yuan=None,
        executed_yuan=None,
        execution_rate=None,
        average_score=None,
        project_count=None,
        grade="proven",
        is_comparable=True,
        incomparable_reasons=(),
        warnings=("old_population",),
        value_ids=value_ids,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def value(value_id: str, amount: str, label: str = "行政运行") -> PrintedValue:
    return PrintedValue(
        value_id=value_id,
        document_id="d1",
        form_id="expenditure",
        form_name="支出表",
        line_side=None,
        line_code="2010301",
        line_label=label,
        qualifier=None,
        measure="basic",
        amount_yuan=Decimal(amount),
        reported_text=amount,
        reported_unit="元",
        page_no=3,
        row_no=1,
        col_no=2,
        grade="proven",
    )


FIGURES = (
    figure("208", 1, None, "30.00", "c"),
    figure("201", 1, None, "70.00", "a", "b"),
    figure("20103", 2, "201", "70.00", "a", "b"),
    figure("2010350", 3, "20103", "20.00", "b"),
    figure("2010301", 3, "20103", "50.00", "a"),
    figure("20805", 2, "208", "30.00", "c"),
)
DOCUMENT = ComparedDocument(
    document_id="d1",
    file_name="决算.pdf",
    department_name="县政府办公室",
    department_type="政府办公室",
    fiscal_year=2022,
    phase="final_accounts",
    reporting_scope="department",
    status="loaded",
    source_url="javascript:alert(1)",
    published_on=None,
    is_counted=True,
    not_counted_because=None,
)


def one_group(figures: tuple[Figure, ...] = FIGURES, **more: object) -> GroupFigures:
    told = group(**more)
    return GroupFigures(told, parts_with_totals(told, figures))


def region(*groups: GroupFigures, values: tuple[PrintedValue, ...] = ()) -> Region:
    known = values or (value("a", "50.00"), value("b", "20.00"), value("c", "30.00"))
    shown = groups or (one_group(),)
    return Region("140431", "沁源县", "county", shown, {one.value_id: one for one in known}, (DOCUMENT,), None)


def test_the_classes_add_up_to_a_total_that_stands_first() -> None:
    total, *others = one_group().parts[PART]
    assert (total.code, total.amount_yuan, total.class_level) == ("TOTAL", Decimal("100.00"), 0)
    assert total.comparable_rank is None
    assert sorted(total.value_ids) == ["a", "b", "c"]
    assert [one.code for one in others] == ["201", "20103", "2010301", "2010350", "208", "20805"]


def test_a_total_is_as_comparable_as_its_group() -> None:
    total = one_group(is_comparable=False, incomparable_reasons=("few_departments",)).parts[PART][0]
    assert (total.is_comparable, total.incomparable_reasons) == (False, ("few_departments",))


def test_a_total_lists_its_classes_and_a_short_figure_its_numbers() -> None:
    listed = one_group().listed(PART)
    assert [one.code for one in listed["TOTAL"] if isinstance(one, Figure)] == ["201", "208"]
    assert listed["201"] == ("a", "b")


def test_a_figure_of_many_numbers_lists_those_below_it_if_they_add_up() -> None:
    many = tuple(f"v{number}" for number in range(MOST_NUMBERS_LISTED + 1))
    long = figure("201", 1, None, "70.00", *many)
    below = figure("20103", 2, "201", "70.00", *many)
    assert one_group((long, below)).listed(PART)["201"] == [below]
    short = replace(below, amount_yuan=Decimal("69.99"))
    assert one_group((long, short)).listed(PART)["201"] == many


def test_large_groups_have_a_page_of_sources_for_each_part() -> None:
    assert one_group().sources(PART) == f"sources/140431-2022-f-{type_key('政府办公室')}.html"
    many = tuple(f"v{number}" for number in range(MOST_LINES_A_PAGE + 1))
    large = one_group((figure("201", 1, None, "70.00", *many),))
    assert large.sources(PART) == f"sources/140431-2022-f-{type_key('政府办公室')}-function.all.html"


def test_sources_show_the_numbers_and_their_sum() -> None:
    (part,) = view_sources(region(), one_group(), [PART])
    source = next(one for one in part.sources if one.figure.code == "201")
    ((document, values),) = source.documents
    assert document.file_name == "决算.pdf"
    assert [one.value_id for one in values] == ["a", "b"]
    assert (source.sum_yuan, source.is_exact) == (Decimal("70.00"), True)
    assert Words("占比 70.00 ÷ 100.00 = 50.00%", "share 70.00 ÷ 100.00 = 50.00%") in source.steps


def test_sources_that_do_not_add_up_say_so() -> None:
    wrong = region(values=(value("a", "50.00"), value("b", "20.01"), value("c", "30.00")))
    (part,) = view_sources(wrong, one_group(), [PART])
    assert not next(one for one in part.sources if one.figure.code == "201").is_exact


def test_what_the_government_published_stands_below_with_its_own_numbers() -> None:
    totals = (
        PublishedTotal(2022, "final_accounts", "all", "201", Decimal("80.00"), ("c",)),
        PublishedTotal(2022, "final_accounts", "all", "201", Decimal("79.00"), ("b",)),
    )
    beside = one_group((figure("201", 1, None, "70.00", "a", "b", published_total_yuan=Decimal("80.00")),))
    (part,) = view_sources(replace(region(beside), published=totals), beside, [PART])
    source = part.sources[-1]
    assert [value.value_id for _, values in source.published for value in values] == ["c"]
    assert source.is_exact


def test_a_table_escapes_what_documents_print() -> None:
    hostile = one_group((figure("201", 1, None, "1.00", "a", name=HOSTILE),))
    table = str(figures_table([hostile], PART, Words(HOSTILE, HOSTILE), "t"))
    assert "<script" not in table
    assert "&lt;script&gt;" in table
    assert "\u202e" not in table


def test_a_page_of_sources_escapes_and_links_to_nothing_that_runs() -> None:
    shown = region(values=(value("a", "50.00", HOSTILE), value("b", "20.00"), value("c", "30.00")))
    page = render(
        "sources.html",
        "../",
        title=Words(HOSTILE, HOSTILE),
        has_ledger=False,
        region=shown,
        group=shown.groups[0].group,
        parts=view_sources(shown, shown.groups[0], [PART]),
        reasons=tell_reasons([]),
        types={},
    )
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "javascript:" not in page


def test_a_table_marks_what_is_not_comparable_and_numbers_its_reasons() -> None:
    doubted = figure(
        "201", 1, None, "1.00", "a", is_comparable=False, incomparable_reasons=("contradictory_figures",),
        comparable_rank=None,
    )  # fmt: skip
    table = lxml.html.fromstring(str(figures_table([one_group((doubted,))], PART, Words("甲", "a"), "t")))
    (cell,) = [one for one in table.iterfind(".//td") if one.text_content().startswith("※")]
    assert cell.find("sup").text == "1"
    assert cell.find("a").get("href").startswith("../sources/")


def test_ranks_and_rates_are_said_as_people_read_them() -> None:
    told = figure("201", 1, None, "1234.5", growth_rate=Decimal("-0.012345"))
    assert measured(told, "comparable_rank") == "1 / 3"
    assert measured(told, "growth_rate") == "-1.23%"
    assert measured(told, "amount_yuan") == "1,234.50"
    assert measured(told, "amount_per_head_yuan") == "—"


def test_the_csv_is_harmless_and_whole() -> None:
    hostile = one_group((figure("201", 1, None, "-1.00", "a", name='=cmd|"/c calc"!A1'),))
    text = figures_csv(region(hostile), "政府办公室")
    assert text.startswith("\ufeff")
    total, row = csv.DictReader(io.StringIO(text[1:]))
    assert total["code"] == "TOTAL"
    assert row["name"] == '\'=cmd|"/c calc"!A1'
    assert row["amount_yuan"] == "-1.00"
    assert row["source"].endswith("#function.all.201")


def test_a_region_script_carries_amounts_as_text() -> None:
    script = region_script(region())
    told = json.loads(script.removeprefix("gongkai.addRegion(").removesuffix(");\n"))
    (shown,) = told["groups"]
    assert shown["parts"]["function.all"][0][:4] == ["TOTAL", 0, None, "proven"]
    assert "100.00" in shown["parts"]["function.all"][0]
    assert (shown["coverage"], shown["precision"]) == ("0.5", "100")
    assert told["names"]["function"]["201"] == "某类"


def test_a_visitor_first_sees_the_type_that_most_regions_have() -> None:
    office, school = one_group(), one_group(department_type="教育局")
    first = replace(region(office), code="1")
    second = replace(region(office, school), code="2")
    chosen = first_choice([catalogue_entry(first), catalogue_entry(second)])
    assert chosen == {"regions": ["1", "2"], "years": [2022], "phase": "final_accounts", "type": "政府办公室"}
    assert first_choice([])["regions"] == []


def test_the_ledger_counts_states_by_year_and_phase() -> None:
    lines = tuple(
        LedgerLine("140431", f"部门{number}", 2022, "budget", status, is_late)
        for number, (status, is_late) in enumerate((("published", True), ("missing", None), ("missing", False)))
    )
    (row,) = ledger_rows(replace(region(), ledger=lines))
    assert (row.fiscal_year, row.phase, row.counts, row.late) == (2022, "budget", {"published": 1, "missing": 2}, 1)
    assert ledger_rows(region()) == []
