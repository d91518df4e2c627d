"""What of the comparison tables is asked for: regions, years, phases, department types, as the warehouse knows them.

What lives here: looking the words of an option up, and saying what would have been right. What must not: writing files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.errors import UnknownChoice
from pipeline.published.findings import Language
from pipeline.published.warehouse import Connection

_SHOWN_CANDIDATES = 8
#: How alike (Jaro-Winkler) a name must be to be offered instead of one that is not there.
_LIKE_NAME = 0.7


@dataclass(frozen=True, slots=True)
class Choice:
    """Codes, years, phases and types to export; an empty tuple means all. `language` is that of warnings."""

    region_codes: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    phases: tuple[str, ...] = ()
    department_types: tuple[str, ...] = ()
    language: Language = Language.BOTH

    @property
    def filters(self) -> Mapping[str, tuple[object, ...]]:
        """The values asked for by the column they stand in, without those that ask for all."""
        asked: dict[str, tuple[object, ...]] = {
            "region_code": self.region_codes,
            "fiscal_year": self.years,
            "phase": self.phases,
            "department_type": self.department_types,
        }
        return {column: values for column, values in asked.items() if values}


def choose(
    connection: Connection,
    regions: Sequence[str] = (),
    years: Sequence[int] = (),
    phases: Sequence[str] = (),
    department_types: Sequence[str] = (),
    language: Language = Language.BOTH,
) -> Choice:
    """Looks up what was asked for; regions may be codes or names.

    Raises:
        UnknownChoice: Something asked for is not in the comparison tables; the message says what is.
    """
    for year in years:
        _require(connection, "fiscal_year", "year", year)
    for phase in phases:
        _require(connection, "phase", "phase", phase)
    for department_type in department_types:
        _require(connection, "department_type", "department type", department_type)
    codes = sorted({code for region in regions for code in _region_codes(connection, region)})
    return Choice(tuple(codes), tuple(years), tuple(phases), tuple(department_types), language)


def _region_codes(connection: Connection, region: str) -> list[str]:
    found = connection.execute(
        "select distinct region_code from marts.mart_comparison_basis where region_code = ? or region_name = ?",
        [region, region],
    ).fetchall()
    if not found:
        raise _unknown("region", region, _regions_like(connection, region))
    return [str(code) for (code,) in found]


def _regions_like(connection: Connection, region: str) -> list[str]:
    """Names and codes of the regions there are, the likest first; all of them where none is like it."""
    rows = connection.execute(
        """
        select
            region_name || ' ' || region_code as shown,
            greatest(
                jaro_winkler_similarity(region_name, $asked), jaro_winkler_similarity(region_code, $asked)
            ) as likeness
        from marts.mart_comparison_basis
        group by all
        order by likeness desc, shown
        """,
        {"asked": region},
    ).fetchall()
    alike = [str(shown) for shown, likeness in rows if likeness >= _LIKE_NAME]
    return alike or [str(shown) for shown, _ in rows]


def _require(connection: Connection, column: str, what: str, asked: object) -> None:
    rows = connection.execute(f"select distinct {column} from marts.mart_comparison_basis order by 1").fetchall()  # noqa: S608 (our own column)
    there = [row[0] for row in rows]
    if asked not in there:
        raise _unknown(what, asked, [str(one) for one in there])


def _unknown(what: str, asked: object, candidates: Sequence[str]) -> UnknownChoice:
    shown = ", ".join(candidates[:_SHOWN_CANDIDATES]) + (", …" if len(candidates) > _SHOWN_CANDIDATES else "")
    return UnknownChoice(
        f"no document of the {what} {asked} counts in the comparison tables",
        expected=f"one of: {shown}" if shown else "documents that count in comparisons",
        remedy="`gongkai query 'from compare_basis(null, null, null, null)'` lists what can be compared",
    )
