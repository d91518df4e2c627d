"""A body's printed name to the region it belongs to, by the region names it begins with."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.normalise.reference import Region, regions_by_name

#: The longest region name (双江拉祜族佤族布朗族傣族自治县) and the shortest.
_MAX_NAME = 16
_MIN_NAME = 2
_PARTY_PREFIXES = ("中国共产党", "中共", "共青团", "中国共产主义青年团", "政协", "中国人民政治协商会议")


@dataclass(frozen=True, slots=True)
class RegionReading:
    """The region a name begins with; `candidates` holds the codes where more than one fits, empty where none."""

    region: Region | None
    candidates: tuple[str, ...]


def region_of_name(name: str, year: int | None, context: str = "") -> RegionReading:
    """Reads the region from the beginning of a body's name.

    Names are followed downward (上海市 then 普陀区); a name several regions share is settled by a superior region
    named in the context, and left open otherwise: never guessed.

    >>> region_of_name("沁源县人民政府办公室", 2022).region.code
    '140431'
    >>> region_of_name("上海市普陀区司法局", 2026).region.code
    '310107'
    >>> region_of_name("普陀区司法局", 2026).candidates
    ('310107', '330903')
    """
    for prefix in _PARTY_PREFIXES:
        name = name.removeprefix(prefix)
    chain: list[Region] = []
    position = 0
    while True:
        options = _at(name, position, year)
        if chain:
            options = [region for region in options if _is_below(region, chain[-1])]
        if not options:
            break
        if len(options) > 1:
            settled = [region for region in options if _superior_in(region, context)]
            if len(settled) != 1:
                return RegionReading(None, tuple(sorted(region.code for region in options)))
            options = settled
        chain.append(options[0])
        position += len(options[0].name)
    return RegionReading(chain[-1] if chain else None, ())


def _at(name: str, position: int, year: int | None) -> list[Region]:
    """Returns the regions whose name stands at a position, the longest name only."""
    for length in range(min(_MAX_NAME, len(name) - position), _MIN_NAME - 1, -1):
        found = regions_by_name().get(name[position : position + length], ())
        valid = [region for region in found if region.is_valid_in(year)]
        if valid:
            return valid
    return []


def _is_below(region: Region, superior: Region) -> bool:
    """Codes nest: 31 > 3101 > 310107; a county directly under its province counts too."""
    stem = superior.code.rstrip("0")
    return region.code != superior.code and region.code.startswith(stem if len(stem) % 2 == 0 else stem + "0")


def _superior_in(region: Region, context: str) -> bool:
    superiors = (item.name for items in regions_by_name().values() for item in items if item.code == region.parent)
    return any(name in context for name in superiors)
