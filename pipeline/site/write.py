"""The files of `gongkai site`, in a folder of the user's: pages, scripts with figures, charts, styles."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import BadFolder
from pipeline.published.comparison import LedgerLine, list_department_types, list_reasons, list_regions
from pipeline.published.warehouse import Connection
from pipeline.site.addresses import ALL_TYPES, COMPARE, INDEX, LEDGER, data_file, region_page, tables_page
from pipeline.site.charts import chart_specifications, vega_script
from pipeline.site.data import Entry, catalogue_entry, catalogue_script, region_script
from pipeline.site.region import GroupFigures, Region, load_region
from pipeline.site.render import MADE_BY_US, render
from pipeline.site.views import ReasonTold, figures_csv, parts_of, tell_reasons, view_sections, view_sources
from pipeline.site.wording import SAID, STATUSES, Words

#: Our mark stands within the first lines of a page.
_HEAD_BYTES = 400
_STYLE, _COMMON_SCRIPT, _INDEX_SCRIPT = "site.css", "site.js", "index.js"
_COMPARE_SCRIPTS = ("cells.js", "addresses.js", "charts.js", "compare.js")
_PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A year and phase of a region in the ledger: how many departments are in which state, how many of them late."""

    region: Region
    fiscal_year: int
    phase: str
    counts: Mapping[str, int]
    late: int


def ledger_rows(region: Region) -> list[LedgerRow]:
    """The ledger of a region by year and phase, newest first; empty where there is none."""
    by_year: dict[tuple[int, str], list[LedgerLine]] = {}
    for line in region.ledger or ():
        by_year.setdefault((line.fiscal_year, line.phase), []).append(line)
    return [
        LedgerRow(
            region, year, phase, Counter(line.status for line in lines), sum(bool(line.is_late) for line in lines)
        )
        for (year, phase), lines in sorted(by_year.items(), reverse=True)
    ]


class SiteWriter:
    """Writes one site: all regions one after the other, then the pages about all of them."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._types = list_department_types(connection)
        self._reasons = list_reasons(connection)
        self._told: dict[str, ReasonTold] = tell_reasons(self._reasons)
        self._english = {one.department_type: one.name_en for one in self._types}
        self._english[ALL_TYPES] = "all departments together"
        self._has_ledger = False

    def write(self) -> Path:
        """Writes everything and returns the index."""
        entries: list[Entry] = []
        ledger: list[LedgerRow] = []
        for code in list_regions(self._connection):
            region = load_region(self._connection, code)
            self._has_ledger = region.ledger is not None
            self._write_region(region)
            entries.append(catalogue_entry(region))
            ledger += ledger_rows(region)
        self._write_assets()
        self._write_text("data/catalogue.js", catalogue_script(entries, self._types, self._reasons, self._has_ledger))
        self._page(COMPARE, "compare.html", SAID["compare"], scripts=_COMPARE_SCRIPTS)
        if self._has_ledger:
            used = {status for row in ledger for status in row.counts}
            statuses = [status for status in STATUSES if status in used] + sorted(used - set(STATUSES))
            self._page(LEDGER, "ledger.html", SAID["ledger"], rows=ledger, statuses=statuses)
        title = SAID["title"]
        return self._page(INDEX, "index.html", title, regions=entries, reasons=self._told, summary=_told_of(entries))

    def _write_region(self, region: Region) -> None:
        missing = [line for line in region.ledger or () if line.status != _PUBLISHED]
        title = Words(region.name, region.name)
        self._page(
            region_page(region.code),
            "region.html",
            title,
            region=region,
            reasons=self._told,
            types=self._english,
            missing=missing,
            address=web_address,
        )
        self._write_text(data_file(region.code), region_script(region))
        for department_type in region.department_types:
            self._write_tables(region, department_type)
        for one in region.groups:
            self._write_sources(region, one)

    def _write_tables(self, region: Region, department_type: str) -> None:
        csv_name = tables_page(region.code, department_type, "csv")
        self._write_text(csv_name, figures_csv(region, department_type))
        self._page(
            tables_page(region.code, department_type),
            "tables.html",
            Words(f"{region.name} {department_type}", f"{region.name} {department_type}"),
            region=region,
            department_type=department_type,
            groups=region.of_type(department_type),
            sections=view_sections(region, department_type),
            csv_name=Path(csv_name).name,
            reasons=self._told,
            types=self._english,
            digits=_digits,
        )

    def _write_sources(self, region: Region, one: GroupFigures) -> None:
        parts = parts_of([one])
        pages = {part: one.sources(part) for part in parts}
        group = one.group
        for page in dict.fromkeys(pages.values()):
            self._page(
                page,
                "sources.html",
                Words(f"出处：{region.name}{group.fiscal_year}", f"Sources: {region.name} {group.fiscal_year}"),
                region=region,
                group=group,
                parts=view_sources(region, one, [part for part in parts if pages[part] == page]),
                reasons=self._told,
                types=self._english,
            )

    def _page(self, name: str, template: str, title: Words, **view: object) -> Path:
        root = "../" * name.count("/")
        return self._write_text(name, render(template, root, title=title, has_ledger=self._has_ledger, **view))

    def _write_assets(self) -> None:
        assets = files("pipeline.site").joinpath("assets")
        for name in (_STYLE, _COMMON_SCRIPT, _INDEX_SCRIPT, *_COMPARE_SCRIPTS):
            self._write_text(f"assets/{name}", assets.joinpath(name).read_text(encoding="utf-8"))
        specifications = json.dumps(chart_specifications(), ensure_ascii=False, separators=(",", ":"))
        self._write_text("assets/specifications.js", f"gongkai.specifications = {specifications};\n")
        self._write_text("assets/vega.js", vega_script())

    def _write_text(self, name: str, text: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path


def write_site(connection: Connection, folder: Path) -> Path:
    """Writes the site and returns its index. Pages of an earlier call in the folder are taken away.

    Raises:
        BadFolder: It cannot be made or written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _take_away_old(folder)
        return SiteWriter(connection, folder).write()
    except OSError as error:
        raise BadFolder(
            f"{folder} cannot be written to ({error.strerror})",
            expected="a folder for the pages",
            remedy="name another one with --to",
        ) from error


def _take_away_old(folder: Path) -> None:
    """Removes our own pages, and the files of figures that belong to them."""
    for page in (*folder.glob("*.html"), *folder.glob("regions/*.html"), *folder.glob("sources/*.html")):
        with page.open("rb") as opened:
            is_ours = MADE_BY_US.encode() in opened.read(_HEAD_BYTES)
        if is_ours:
            page.unlink()
            page.with_suffix(".csv").unlink(missing_ok=True)
            if page.parent.name == "regions":
                (folder / "data" / page.with_suffix(".js").name).unlink(missing_ok=True)


def web_address(text: str | None) -> str | None:
    """An address that may be linked to: of the web, nothing that runs.

    >>> web_address("https://example.org/a.pdf"), web_address("javascript:alert(1)")
    ('https://example.org/a.pdf', None)
    """
    return text if text and urlsplit(text).scheme in ("http", "https") else None


def _digits(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():,f}"


def _told_of(entries: Sequence[Entry]) -> Words:
    regions, documents = len(entries), sum(entry.document_count for entry in entries)
    return Words(
        f"{regions}个地区，{documents}份文件。每个数字都链接到出处：文件、页、报表、原文。",
        f"{regions} regions, {documents} documents. Every figure leads to its source: document, page, form, text.",
    )
