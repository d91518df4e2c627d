"""Where everything of the site stands: names of pages and of places in them. `assets/site.js` makes the same."""

from __future__ import annotations

import hashlib
import re

from pipeline.published.comparison import Figure

ALL_TYPES = "全部"
INDEX, COMPARE, LEDGER = "index.html", "compare.html", "ledger.html"
_KEY_LETTERS = 6
_NOT_IN_NAMES = re.compile(r"[^0-9A-Za-z_.-]")
_PHASE_LETTERS = {"budget": "b", "final_accounts": "f"}


def type_key(department_type: str) -> str:
    """A department type in the letters of a file name.

    >>> type_key("全部"), type_key("政府办公室")
    ('all', 'ta48143')
    """
    if department_type == ALL_TYPES:
        return "all"
    return "t" + hashlib.sha256(department_type.encode()).hexdigest()[:_KEY_LETTERS]


def _plain(text: str) -> str:
    return _NOT_IN_NAMES.sub("_", text)


def region_page(region_code: str) -> str:
    """The page of what is known of a region."""
    return f"regions/{_plain(region_code)}.html"


def tables_page(region_code: str, department_type: str, ending: str = "html") -> str:
    """The page with all tables of a region and department type; with `csv` the same figures as a file."""
    return f"regions/{_plain(region_code)}-{type_key(department_type)}.{ending}"


def data_file(region_code: str) -> str:
    """The script with a region's figures for the comparison page."""
    return f"data/{_plain(region_code)}.js"


def part_name(subject: str, variant: str) -> str:
    """One kind of figures of a group: the name of a table, and of a page of sources where they take several.

    >>> part_name("economic", "department.basic")
    'economic.department.basic'
    """
    return _plain(f"{subject}.{variant}")


def sources_page(group_key: tuple[str, int, str, str], part: str | None = None) -> str:
    """The page of the numbers behind a group's figures, or behind one part of them where there are many.

    >>> sources_page(("140431", 2022, "final_accounts", "全部"))
    'sources/140431-2022-f-all.html'
    """
    region_code, year, phase, department_type = group_key
    phase_letter = _PHASE_LETTERS.get(phase, _plain(phase))
    name = f"{_plain(region_code)}-{year}-{phase_letter}-{type_key(department_type)}"
    return f"sources/{name}{f'-{part}' if part else ''}.html"


def figure_place(figure: Figure) -> str:
    """The place of a figure on its page of sources."""
    return f"{part_name(figure.subject, figure.variant)}.{_plain(figure.code)}"
