"""The comparison site in a headless Chromium: what a reader clicks, types and hears of, from `file://`."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import lxml.html
import pytest

from tests.browser import Tab, find_browser, open_browser
from tests.conftest import BuiltWarehouse, call_gongkai

pytestmark = pytest.mark.e2e

GOVERNMENT_OFFICES = ("140431", "140522", "411200")
OFFICE = "政府办公室"
#: A reader's patience with a page of ours, on a busy machine.
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def folder(built: BuiltWarehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("browsed")
    result = call_gongkai("site", "--warehouse", built.warehouse_dir, "--to", to)
    assert result.exit_code == 0, result.output
    return to


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def opened(downloads: Path) -> Iterator[Tab]:
    browser = find_browser()
    if browser is None:
        pytest.skip("needs a browser: apt install chromium")
    with open_browser(browser, downloads) as tab:
        yield tab


@pytest.fixture
def tab(opened: Tab) -> Iterator[Tab]:
    """The tab, which must have asked for files only and complained of nothing when the test is over."""
    opened.events.clear()
    yield opened
    assert [address for address in opened.requested() if not address.startswith(("file:", "about:", "blob:"))] == []
    assert opened.complaints() == []


def compare(tab: Tab, folder: Path, state: str = "") -> None:
    tab.open((folder / "compare.html").as_uri() + state)
    tab.wait_for("document.querySelector('#figures table')", PATIENCE_S)


def offices(regions: tuple[str, ...] = GOVERNMENT_OFFICES, more: str = "") -> str:
    return f"#r={','.join(regions)}&p=final_accounts&t={OFFICE}&s=function&v=general_public_budget{more}"


def cells(tab: Tab) -> list[list[str]]:
    """The cells of the figures as a reader sees them."""
    rows = "[...document.querySelectorAll('#figures tbody tr')]"
    return list(tab.run(f"{rows}.map((row) => [...row.children].map((cell) => cell.innerText.trim()))"))


def heads(tab: Tab) -> list[str]:
    script = "[...document.querySelectorAll('#figures thead th[scope=colgroup]')].map((h) => h.innerText.trim())"
    return list(tab.run(script))


def changed(tab: Tab, script: str, before: Any) -> Any:
    """Waits until an expression gives something else than before, and returns it."""
    tab.wait_for(
        f"JSON.stringify({script}) !== {json.dumps(json.dumps(before, ensure_ascii=False, separators=(',', ':')))}"
    )
    return tab.run(script)


def test_government_offices_of_three_regions_stand_side_by_side(tab: Tab, folder: Path, built: BuiltWarehouse) -> None:
    compare(tab, folder, offices())
    assert heads(tab) == ["沁源县 2022年决算", "阳城县 2024年决算", "三门峡市 2023年决算"]
    with duckdb.connect(str(built.file), read_only=True) as connection:
        amounts = connection.execute(
            "select function_code, region_code, amount_yuan, share, amount_per_capita_yuan "
            "from marts.mart_county_function "
            "where department_type = ? and fund = 'general_public_budget' and class_level = 1",
            [OFFICE],
        ).fetchall()
    shown = {row[0].split()[0]: row[1:] for row in cells(tab)}
    for code, region, amount, share, per_capita in amounts:
        first = 3 * GOVERNMENT_OFFICES.index(region)
        expected = [f"{amount:,.2f}", float(share) * 100, f"{per_capita:,.2f}"]
        found = shown[code][first : first + 3]
        assert [found[0], found[2]] == [expected[0], expected[2]]
        assert abs(float(found[1].rstrip("%")) - expected[1]) < 0.006
    assert "只含单位本级" in tab.run("document.getElementById('basis').innerText")


def test_the_same_by_economic_class_after_choosing_it(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices())
    before = tab.run("document.querySelector('#figures caption').textContent")
    tab.choose("#subject", "economic")
    assert "经济分类" in changed(tab, "document.querySelector('#figures caption').textContent", before)
    assert {row[0].split()[0] for row in cells(tab)} >= {"301", "302"}
    assert "s=economic" in tab.run("location.hash")


def test_clicking_regions_changes_the_table_and_the_address(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices(("140431", "140522")))
    assert len(heads(tab)) == 2
    tab.click("input[name=region][value='411200']")
    tab.wait_for("document.querySelectorAll('#figures thead th[scope=colgroup]').length === 3", PATIENCE_S)
    assert "r=140431,140522,411200" in tab.run("location.hash")
    tab.click("input[name=region][value='140431']")
    tab.wait_for("document.querySelectorAll('#figures thead th[scope=colgroup]').length === 2", PATIENCE_S)
    address = tab.run("location.href")
    kept = cells(tab)
    tab.open(address)
    tab.wait_for("document.querySelector('#figures table')", PATIENCE_S)
    assert cells(tab) == kept, "a shared address shows the same"


def test_levels_go_down_to_items_below_their_classes(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices())
    few = len(cells(tab))
    tab.choose("#level", "3")
    tab.wait_for(f"document.querySelectorAll('#figures tbody tr').length > {few}", PATIENCE_S)
    codes = [row[0].split()[0] for row in cells(tab)][1:]
    assert codes == sorted(codes)
    assert "2010301" in codes


def test_a_figure_is_clicked_and_its_printed_numbers_stand_there(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices(more="&lang=en"))
    shown = tab.run("document.querySelector('#figures tbody tr:nth-child(2) td a').innerText")
    tab.click("#figures tbody tr:nth-child(2) td a")
    tab.wait_for("document.querySelector('article.target')", PATIENCE_S)
    assert tab.run("document.querySelector('article.target data.amount').innerText") == shown
    assert tab.run("document.querySelector('article.target tr[data-value] td.printed').innerText")
    assert tab.run("document.documentElement.lang") == "en", "the language is taken along"
    assert tab.run("document.activeElement.tagName") == "ARTICLE", "a reader of the screen is there too"


def test_the_language_is_switched_and_remembered_in_the_address(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices())
    assert tab.run("document.documentElement.lang") == "zh-Hans"
    tab.click("button[data-language=en]")
    tab.wait_for("document.documentElement.lang === 'en'", PATIENCE_S)
    assert tab.run("document.querySelector('button[data-language=en]').getAttribute('aria-pressed')") == "true"
    assert tab.run("document.title") == "Compare"
    assert "lang=en" in tab.run("location.hash")
    tab.wait_for("document.getElementById('phase').selectedOptions[0].text === 'final accounts'", PATIENCE_S)
    assert "final accounts" in heads(tab)[0]
    assert "比较" not in tab.run("document.querySelector('main').innerText")
    tab.click("nav a[href*='index.html']:not(.brand)")
    tab.wait_for("document.getElementById('regions')?.tagName === 'TABLE'", PATIENCE_S)
    assert tab.run("document.documentElement.lang") == "en"


def test_charts_are_drawn_with_their_data_below(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices())
    assert not [address for address in tab.requested() if address.endswith("vega.js")], "not before it is needed"
    tab.run("document.getElementById('bars').scrollIntoView()")
    tab.wait_for(
        "document.querySelector('#bars .chart').dataset.drawn && document.querySelector('#bars .chart svg')", PATIENCE_S
    )
    drawn = int(tab.run("document.querySelector('#bars .chart').dataset.drawn"))
    assert drawn == tab.run("document.querySelectorAll('#bars details tbody td a').length")
    assert "沁源县" in tab.run("document.querySelector('#bars .chart').getAttribute('aria-label')")
    assert tab.run("document.querySelector('#bars .chart').getAttribute('role')") == "img"
    tab.click("#bars summary")
    tab.wait_for("document.querySelector('#bars details').open", PATIENCE_S)
    label = tab.run("document.querySelector('#bars .chart').getAttribute('aria-label')")
    tab.choose("#bar-measure", "share")
    assert "%" in changed(tab, "document.querySelector('#bars .chart').getAttribute('aria-label')", label)


def test_years_of_one_region_are_followed_in_a_line(tab: Tab, folder: Path) -> None:
    """No region of the demo set has two years of a phase: the line is tried with a year made up in the page."""
    compare(tab, folder, offices(("140431",)))
    assert tab.run("document.querySelector('#trend .one-year').hidden") is False
    tab.run(
        "(() => { const groups = gongkai.regions['140431'].groups;"
        "  const one = groups.find((group) => group.type === '政府办公室' && group.phase === 'final_accounts');"
        "  groups.push({...one, year: 2023}); })()"
    )
    tab.choose("#level", "2")
    tab.wait_for("document.querySelector('#trend .one-year').hidden", PATIENCE_S)
    tab.run("document.getElementById('trend').scrollIntoView()")
    tab.wait_for("document.querySelector('#trend .chart').dataset.drawn === '2'", PATIENCE_S)
    assert tab.run("document.querySelectorAll('#trend details tbody td a').length") == 2


def test_the_data_are_downloaded_as_csv(tab: Tab, folder: Path, downloads: Path) -> None:
    compare(tab, folder, offices())
    rows = len(cells(tab))
    tab.click("#download-figures")
    file = downloads / "gongkai.csv"
    end = time.monotonic() + PATIENCE_S
    while not file.is_file() and time.monotonic() < end:
        time.sleep(0.05)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        found = list(csv.DictReader(opened))
    assert {row["region_code"] for row in found} == set(GOVERNMENT_OFFICES)
    assert len({row["code"] for row in found}) == rows
    assert ("140431", "201", "5487301.90") in {(row["region_code"], row["code"], row["amount_yuan"]) for row in found}
    assert tab.run("document.getElementById('status').textContent").startswith("已下载")


def test_no_text_of_a_csv_is_a_formula(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices())
    made = tab.run("gongkai.toCsv(['a'], [['=1+1'], ['@x'], ['-'], ['a\"b'], [{number: '-1.50'}]])")
    assert made == '\ufeffa\r\n\'=1+1\r\n\'@x\r\n\'-\r\n"a""b"\r\n-1.50\r\n'


def test_everything_is_reached_by_the_tab_key_in_order(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices())
    tab.run("document.body.focus()")
    reached = []
    for _ in range(60):
        tab.press("Tab", 9)
        reached.append(
            tab.run(
                "(() => { const e = document.activeElement; return [e.id || e.name || e.className || e.tagName, "
                "getComputedStyle(e).outlineStyle, e.getBoundingClientRect().width]; })()"
            )
        )
    names = [str(name) for name, _, _ in reached]
    assert names[0] == "skip"
    wanted = ["find", "region", "year", "phase", "type", "subject", "level", "measure"]
    places = [names.index(name) for name in wanted]
    assert places == sorted(places)
    assert all(style != "none" for name, style, _ in reached if name in wanted), "focus is seen"
    tab.press("Tab", 9)
    assert tab.run("document.activeElement.closest('#basis, #figures, form, #bars, #trend') !== null")


def test_a_box_is_ticked_with_the_space_key_and_keeps_the_focus(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices(("140431",)))
    tab.run("document.querySelector(\"input[name=year][value='2022']\").focus()")
    tab.press(" ", 32)
    tab.wait_for("!document.querySelector(\"input[name=year][value='2022']\").checked", PATIENCE_S)
    tab.wait_for("document.getElementById('figures').hidden", PATIENCE_S)
    assert tab.run("document.activeElement.value") == "2022"
    assert "沁源县" in tab.run("document.getElementById('status').textContent")


def test_regions_are_found_and_chosen_on_the_first_page(tab: Tab, folder: Path) -> None:
    tab.open((folder / "index.html").as_uri())
    tab.run("document.getElementById('find').focus()")
    tab.send("Input.insertText", text="阳城")
    seen = "[...document.querySelectorAll('#regions tbody')].filter((b) => !b.hidden).map((b) => b.dataset.region)"
    assert tab.run(seen) == ["140522"]
    tab.click("#regions input[value='140522']")
    tab.click("#compare-chosen")
    tab.wait_for("document.querySelector('#status')?.textContent && location.hash.includes('r=140522')", PATIENCE_S)


def test_every_address_the_script_makes_exists(tab: Tab, folder: Path) -> None:
    compare(tab, folder, offices())
    addresses = tab.run(
        "Object.values(gongkai.regions).flatMap((region) => region.groups)"
        ".flatMap((group) => Object.values(group.parts).flat().map((figure) => figure.source))"
    )
    places: dict[str, set[str]] = {}
    for address in addresses:
        page, _, place = str(address).partition("#")
        if page not in places:
            tree = lxml.html.fromstring((folder / page).read_text(encoding="utf-8"))
            places[page] = {str(one) for one in tree.xpath("//article/@id")}
        assert place in places[page]
    assert len(addresses) > 100


def test_without_scripts_both_languages_and_all_tables_stand_there(tab: Tab, folder: Path) -> None:
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.send("Page.navigate", url=(folder / "regions/140431-all.html").as_uri())
        tab.wait_for("location.href.includes('140431') && document.readyState === 'complete'", PATIENCE_S)
        text = tab.run("document.body.innerText")
        assert "一般公共服务支出" in text
        assert "Comparability" in text
        assert "可比性" in text
        assert tab.run("getComputedStyle(document.querySelector('.languages')).display") == "none"
        assert tab.run("document.querySelectorAll('.chart svg').length") >= 1
    finally:
        tab.send("Emulation.setScriptExecutionDisabled", value=False)


def test_a_narrow_screen_scrolls_tables_and_not_the_page(tab: Tab, folder: Path) -> None:
    tab.resize(390, 800)
    try:
        for address in (f"compare.html{offices()}", "index.html", "regions/140431.html", "regions/140431-all.html"):
            tab.open(folder.as_uri() + "/" + address)
            tab.wait_for("document.querySelector('main table')", PATIENCE_S)
            assert tab.run("document.documentElement.scrollWidth") <= 390, address
    finally:
        tab.resize(1280, 900)
