"""A body's printed name to the region it belongs to, by the region names it begins with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.normalise.reference import Region, regions_by_name

#: The longest region name (双江拉祜族佤族布朗族傣族自治县) and the shortest.
_MAX_NAME = 16
_MIN_NAME = 2
_PARTY_PREFIXES = ("中国共产党", "中共", "共青团", "中国共产主义青年团", "政协", "中国人民政治协商会议")
#: A district and no more: subdistricts are called so as well.
_BARE_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,4}区((街道)?办事处|街道)?")
#: The last character of a county's or a city's name, where a text is searched for them.
_REGION_END = re.compile(r"[市县区旗]")


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
    if len(chain) == 1 and _BARE_DISTRICT.fullmatch(name) and not _superior_in(chain[0], context):
        return RegionReading(None, (chain[0].code,))  # 西城区 and 西城区办事处 are subdistricts of 定州市 too
    return RegionReading(chain[-1] if chain else None, ())


def region_given(text: str, year: int | None) -> Region | None:
    """Returns the region of a code or a name as a person writes it, `None` where none or several are meant.

    >>> region_given("130682", 2017).name, region_given("山西省沁源县", 2022).code, region_given("普陀区", 2022)
    ('定州市', '140431', None)
    """
    coded = [region for found in regions_by_name().values() for region in found if region.code == text]
    if coded:
        return next((region for region in coded if region.is_valid_in(year)), coded[-1])
    return region_of_name(text, year).region


def name_with_region(name: str, year: int | None, texts: Iterable[str]) -> str:
    """Returns a body's name with the region its own document prints before it, the name as it is where none is sure.

    A title says 气象局, the text 定州市气象局. The region must be the only one ever printed before the name, and the
    one the text names most: a superior's office of the same name is no proof.

    >>> name_with_region("气象局", 2017, ["2017年气象局预算公开说明", "定州市气象局的主要职责是"])
    '定州市气象局'
    >>> name_with_region("气象局", 2017, ["按保定市气象局的要求", "定州市的天气", "定州市的气象"])
    '气象局'
    """
    reading = region_of_name(name, year)
    if reading.region or reading.candidates:
        return name
    named: Counter[str] = Counter()
    before: set[str] = set()
    for text in texts:
        for match in _REGION_END.finditer(text):
            found = _ending_at(text, match.end(), year)
            if found:
                named[found] += 1
                before |= _whole_names(found, name, text[match.end() :])
    if len(before) != 1:
        return name
    whole = before.pop()
    ranked = named.most_common(2)
    is_most_named = len(ranked) == 1 or ranked[0][1] > ranked[1][1]
    return whole if is_most_named and whole.startswith(ranked[0][0]) else name


def _whole_names(region: str, name: str, rest: str) -> set[str]:
    """A region's name and a body's where the one stands before the other: 定州市|委|统战部, 定州市委组织部."""
    whole = {region + between + name for between in ("", "委") if rest.startswith(between + name)}
    if name[0] == region[-1] and rest.startswith(name[1:]):
        whole.add(region + name[1:])
    return whole


def _ending_at(text: str, end: int, year: int | None) -> str | None:
    """Returns the longest region name that ends at a position of the text."""
    for length in range(min(_MAX_NAME, end), _MIN_NAME, -1):
        name = text[end - length : end]
        if any(region.is_valid_in(year) for region in regions_by_name().get(name, ())):
            return name
    return None


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
