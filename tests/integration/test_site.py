"""The comparison site over the demo set: every figure equals its mart and its printed source; nothing is fetched."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import duckdb
import lxml.html
import pytest

from pipeline.site.addresses import type_key
from pipeline.site.cells import percent, yuan
from tests.conftest import BuiltWarehouse, call_gongkai

pytestmark = pytest.mark.e2e

LINKS_FOLLOWED = 50
FIRST_PAGE_BYTES = 200_000
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
PHASES = {"b": "budget", "f": "final_accounts"}
#: Mart, column of the code, amount, and what the variant says.
MARTS = {
    "function": ("mart_county_function", "function_code", "amount_yuan", "fund"),
    "economic": ("mart_county_economic", "economic_code", "amount_yuan", "concat(classification, '.', coverage_kind)"),
    "three_public": ("mart_county_three_public", "category", "amount_yuan", "stage"),
    "operating_cost": ("mart_county_operating_cost", "category", "amount_yuan", "stage"),
    "project": ("mart_county_project", "project_kind", "annual_budget_yuan", "'annual'"),
}


@pytest.fixture(scope="session")
def site(built: BuiltWarehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    result = call_gongkai("site", "--warehouse", built.warehouse_dir, "--to", folder)
    assert result.exit_code == 0, result.output
    assert "index.html" in result.output
    return folder


def page_of(path: Path) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(path.read_text(encoding="utf-8"))


def figure_links(site: Path) -> Iterator[tuple[str, str]]:
    """Every figure of the pages without scripts: what it says, and where it leads."""
    for page in sorted(site.glob("regions/*.html")):
        for link in page_of(page).iterfind(".//a"):
            if link.get("href", "").startswith("../sources/"):
                yield link.text_content().strip(), link.get("href")[3:]


class Followed:
    """What a link leads to, held to the mart and to the numbers as they were printed."""

    def __init__(self, site: Path, file: Path, address: str) -> None:
        self.site, self.file = site, file
        self.page, _, self.place = address.partition("#")
        self.article = page_of(site / self.page).get_element_by_id(unquote(self.place))

    def mart_row(self) -> dict[str, object]:
        """The row of its mart; of a total the sum of its classes."""
        region, year, phase, key = re.findall(r"sources/(\d+)-(\d+)-(\w)-(all|t\w{6})", self.page)[0]
        subject, _, rest = self.place.partition(".")
        variant, _, code = rest.rpartition(".")
        table, code_column, amount, variant_column = MARTS[subject]
        wanted = "class_level = 1" if code == "TOTAL" else f"{code_column} = '{code}'"
        with duckdb.connect(str(self.file), read_only=True) as connection:
            rows = connection.sql(
                f"select *, {amount} as figure from marts.{table} where region_code = '{region}' "
                f"and fiscal_year = {year} and phase = '{PHASES[phase]}' and {variant_column} = '{variant}' "
                f"and {wanted}"
            )
            names = rows.columns
            found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
        found = [row for row in found if type_key(str(row["department_type"])) == key]
        if code == "TOTAL":
            return {"figure": sum(row["figure"] for row in found), "share": Decimal(1)}
        (row,) = found
        return row

    def amount(self) -> Decimal:
        return Decimal(self.article.find(".//data[@class='amount']").get("value"))

    def printed(self) -> Iterator[lxml.html.HtmlElement]:
        """The rows of printed numbers, also of the figures it is the sum of."""
        below = self.article.findall(".//table[@class='below']//a")
        for link in below:
            yield from Followed(self.site, self.file, self.page + link.get("href")).printed()
        yield from self.article.findall(".//tr[@data-value]")


def says(text: str, row: dict[str, object]) -> bool:
    """True where a link's text is one of the figures of its mart row."""
    shown = {yuan(row["figure"]), percent(row["share"])}  # type: ignore[arg-type]
    for name in ("amount_per_capita_yuan", "amount_per_head_yuan", "executed_yuan", "published_total_yuan"):
        shown.add(yuan(row.get(name)))  # type: ignore[arg-type]
    shown.add(f"{row.get('comparable_rank')} / {row.get('comparable_count')}")
    shown |= {f"{row[name]:,.2f}%" for name in ("execution_rate",) if row.get(name) is not None}
    shown |= {str(row[name]) for name in ("average_score", "project_count") if row.get(name) is not None}
    return text in shown


def test_fifty_figures_equal_their_mart_and_their_printed_source(site: Path, built: BuiltWarehouse) -> None:
    links = list(figure_links(site))
    chosen = links[:: max(1, len(links) // LINKS_FOLLOWED)]
    assert len(chosen) >= LINKS_FOLLOWED
    with duckdb.connect(str(built.file), read_only=True) as connection:
        values = {
            value_id: (text, unit, amount)
            for value_id, text, unit, amount in connection.execute(
                "select value_id, reported_text, reported_unit, amount_yuan from marts.fct_form_value"
            ).fetchall()
        }
    subjects = set()
    for text, address in chosen:
        followed = Followed(site, built.file, address)
        row = followed.mart_row()
        assert says(text, row), f"{text} at {address}"
        assert followed.amount() == row["figure"]
        total = Decimal(0)
        for printed in followed.printed():
            reported, unit, amount = values[printed.get("data-value")]
            assert printed.find("td[@class='number printed']").text_content() == reported
            assert printed.find("td[@class='unit']").text_content() == unit
            assert Decimal(reported.replace(",", "")) * UNITS[unit] == amount
            total += amount
        assert total == followed.amount(), f"{address} does not add up"
        subjects.add(address.partition("#")[2].partition(".")[0])
    assert subjects >= {"function", "economic", "three_public"}


def test_every_sum_on_every_page_of_sources_adds_up(site: Path) -> None:
    for path in site.glob("sources/*.html"):
        for article in page_of(path).iterfind(".//article"):
            amounts = {Decimal(one.get("value")) for one in article.iterfind(".//data") if one.get("value") != "None"}
            assert len(amounts) <= 1, f"{path.name} {article.get('id')}"


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    places: dict[Path, set[str]] = {}
    for page in site.rglob("*.html"):
        for link in page_of(page).iterfind(".//a"):
            path, _, place = link.get("href").partition("#")
            target = (page.parent / path).resolve() if path else page.resolve()
            assert target.is_file(), f"{page.name}: {link.get('href')}"
            if place and target.suffix == ".html" and "=" not in place:
                known = places.setdefault(target, {str(one) for one in page_of(target).xpath("//@id")})
                assert unquote(place) in known, f"{page.name}: {link.get('href')}"


def test_no_page_asks_for_anything_from_a_network(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert "unsafe-eval" not in text
        for address in re.findall(r"""(?:src|href)=["']([^"']+)["']""", text):
            assert not address.startswith(("http:", "//", "javascript:")), f"{page.name}: {address}"


def test_the_first_page_is_light_and_charts_stand_in_one_file(site: Path) -> None:
    first = ("index.html", "assets/site.css", "assets/site.js", "assets/index.js")
    assert sum((site / name).stat().st_size for name in first) < FIRST_PAGE_BYTES
    assert (site / "assets/vega.js").stat().st_size < 1_000_000
    assert (
        sum("vegaEmbed" in path.read_text(encoding="utf-8") for path in site.rglob("*.js")) == 2
    )  # it, and its caller
    assert max(path.stat().st_size for path in site.rglob("*.html")) < 1_000_000


def test_tables_have_captions_and_scopes_and_pages_a_language(site: Path) -> None:
    for path in site.rglob("*.html"):
        page = page_of(path)
        assert page.get("lang") == "zh-Hans"
        assert page.find(".//a[@class='skip']").get("href") == "#content"
        for table in page.iterfind(".//table"):
            assert table.find("caption") is not None, path.name
            assert all(head.get("scope") for head in table.iterfind(".//th")), path.name


def test_incomparable_figures_say_why_and_have_no_rank(site: Path, built: BuiltWarehouse) -> None:
    with duckdb.connect(str(built.file), read_only=True) as connection:
        told = dict(
            connection.execute(
                "select region_code, name_zh from marts.mart_comparison_basis, ref.ref_comparability_reason "
                "where not is_comparable and reason_id = incomparable_reasons[1] and department_type = '全部'"
            ).fetchall()
        )
    assert told
    for region_code, reason in told.items():
        page = page_of(site / f"regions/{region_code}-all.html")
        assert reason in page.text_content()
        assert page.xpath("//table[@class='figures']//span[@class='no'][contains(., '※')]")
        assert not re.findall(r"\d+ / \d+</a>", (site / f"regions/{region_code}-all.html").read_text(encoding="utf-8"))


def test_the_csv_holds_every_figure_of_its_marts(site: Path, built: BuiltWarehouse) -> None:
    with duckdb.connect(str(built.file), read_only=True) as connection:
        amounts = connection.execute(
            "select region_code, function_code, fund, amount_yuan from marts.mart_county_function "
            "where department_type = '全部' order by all"
        ).fetchall()
    rows = []
    for path in site.glob("regions/*-all.csv"):
        with path.open(encoding="utf-8-sig", newline="") as opened:
            rows += list(csv.DictReader(opened))
    found = [
        (row["region_code"], row["code"], row["variant"], Decimal(row["amount_yuan"]))
        for row in rows
        if row["subject"] == "function" and row["code"] != "TOTAL"
    ]
    assert sorted(found) == amounts


def test_the_markup_of_every_table_is_put_back(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r">kept\d+<", text), f"{path.name}: markup was not put back"


def test_writing_again_takes_pages_away_that_are_ours_and_no_others(built: BuiltWarehouse, tmp_path: Path) -> None:
    (tmp_path / "regions").mkdir()
    (tmp_path / "regions/mine.html").write_text("<p>mine", encoding="utf-8")
    call_gongkai("site", "--warehouse", built.warehouse_dir, "--to", tmp_path)
    old = next(tmp_path.glob("regions/*-all.html"))
    old.rename(old.with_name("999999-all.html"))
    call_gongkai("site", "--warehouse", built.warehouse_dir, "--to", tmp_path)
    assert (tmp_path / "regions/mine.html").is_file()
    assert not (tmp_path / "regions/999999-all.html").exists()
    assert old.is_file()


def test_the_ledger_counts_what_its_mart_lists(site: Path, built: BuiltWarehouse) -> None:
    with duckdb.connect(str(built.file), read_only=True) as connection:
        missing = connection.execute(
            "select region_code, department_name from marts.mart_disclosure_ledger "
            "where is_expected and status <> 'published' "
            "and region_code in (select region_code from marts.mart_comparison_basis)"
        ).fetchall()
    assert "公开台账" in page_of(site / "ledger.html").text_content()
    for region_code, department in missing:
        assert department in page_of(site / f"regions/{region_code}.html").text_content()


def test_without_a_ledger_in_the_file_its_page_is_left_out(built: BuiltWarehouse, tmp_path: Path) -> None:
    copied = built.copy_to(tmp_path)
    with duckdb.connect(str(copied.file)) as connection:
        connection.execute("drop table marts.mart_disclosure_ledger")
    result = call_gongkai("site", "--warehouse", copied.warehouse_dir, "--to", tmp_path / "site")
    assert result.exit_code == 0, result.output
    assert not (tmp_path / "site/ledger.html").exists()


def test_a_missing_warehouse_is_told(tmp_path: Path) -> None:
    result = call_gongkai("site", "--warehouse", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "gongkai run" in result.output
