"""Names to regions: the longest name a body's name begins with, never a guess between two."""

from __future__ import annotations

import pytest

from pipeline.normalise.regions import region_of_name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("沁源县人民政府办公室", "140431"),
        ("阳城县人民政府办公室", "140522"),
        ("晋城市政务服务中心", "140500"),
        ("三门峡市人民政府办公室", "411200"),
        ("中共沁源县委办公室", "140431"),
        ("山西省长治市沁源县财政局", "140431"),
    ],
)
def test_a_body_belongs_to_the_region_its_name_begins_with(name: str, code: str) -> None:
    region = region_of_name(name, 2022).region
    assert region is not None
    assert region.code == code


def test_a_name_of_two_regions_stays_open() -> None:
    reading = region_of_name("普陀区司法局", 2023)
    assert reading.region is None
    assert len(reading.candidates) == 2


def test_a_superior_named_nearby_settles_it() -> None:
    region = region_of_name("普陀区司法局", 2023, context="浙江省舟山市普陀区").region
    assert region is not None
    assert region.code == "330903"


@pytest.mark.parametrize("name", ["", "财政局", "人民政府办公室"])
def test_a_name_without_a_region_has_none(name: str) -> None:
    reading = region_of_name(name, 2022)
    assert (reading.region, reading.candidates) == (None, ())
