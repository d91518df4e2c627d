"""Names to regions: the longest name a body's name begins with, never a guess between two."""

from __future__ import annotations

import pytest

from pipeline.normalise.regions import name_with_region, region_of_name


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


@pytest.mark.parametrize(
    ("name", "text", "whole"),
    [
        ("气象局", "定州市气象局的职责", "定州市气象局"),
        ("统战部", "根据《定州市委统战部职能配置》", "定州市委统战部"),
        ("市委组织部", "定州市委组织部", "定州市委组织部"),
        ("定州市气象局", "定州市气象局", "定州市气象局"),
        ("气象局", "本市气象局", "气象局"),
        ("气象局", "定州市气象局和阳城县气象局", "气象局"),
        ("气象局", "定州市定州市,阳城县气象局", "气象局"),
    ],
)
def test_a_name_takes_the_one_region_its_own_text_prints_before_it(name: str, text: str, whole: str) -> None:
    assert name_with_region(name, 2017, [text]) == whole
