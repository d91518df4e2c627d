"""Publisher and year are told by the manifest, folders and names; a date is no year of figures."""

from __future__ import annotations

import pytest

from pipeline.model.source import Hints
from pipeline.sources.slices import clean_key, slice_key

NOBODY = Hints()


@pytest.mark.parametrize(
    ("path", "hints", "key"),
    [
        ("沁源县/2022年部门决算.pdf", NOBODY, "沁源县|2022"),
        ("沁源县/2022/决算.pdf", NOBODY, "沁源县|2022"),
        ("沁源县/2021/2022年部门决算.pdf", NOBODY, "沁源县|2022"),
        ("沁源县/a.pdf", Hints("财政局", "140431", 2020), "140431 财政局|2020"),
        ("决算.pdf", Hints(region="沁源县"), "沁源县|unknown"),
        ("决算.pdf", NOBODY, "unknown|unknown"),
        ("fetched/ab/ab12.pdf", NOBODY, "unknown|unknown"),
        ("fetched/ab/ab12.pdf", Hints("财政局", None, 2023), "财政局|2023"),
        ("阳城县/公开.zip!/办公室/2024年度决算.docx", NOBODY, "阳城县|2024"),
        ("2023年.zip!/决算.docx", NOBODY, "unknown|2023"),
        ("a/关于2023年8月1日公布的2022年度决算.pdf", NOBODY, "a|2022"),
        ("a/20230815.pdf", NOBODY, "a|unknown"),
        ("a/二〇二三年部门预算.doc", NOBODY, "a|2023"),
        ("a/2024预算.xls", NOBODY, "a|2024"),
        ("a...b|c/2024年.xls", NOBODY, "a…b/c|2024"),
    ],
)
def test_the_slice_of_a_path(path: str, hints: Hints, key: str) -> None:
    assert slice_key(path, hints) == key


def test_a_key_holds_nothing_that_dagster_refuses() -> None:
    odd = "".join(map(chr, range(0x20))) + "...." + "\u202e县," + "长" * 300
    key = clean_key(odd)
    assert key.startswith("… 县，长")
    assert len(key) <= 60
    assert key.isprintable()
