"""The key of a body's name: what all its spellings have in common, as the macro writes it and DuckDB computes it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MACROS = Path(__file__).resolve().parents[2] / "dbt_project" / "macros" / "departments.sql"

PLACES = ("东城", "开元", "和平", "回隆", "满城", "长安路", "号头庄回族")
BODIES = (
    "财政局",
    "发展和改革局",
    "人民政府办公室",
    "信访局",
    "委员会组织部",
    "供销合作社联合社",
    "镇",
    "乡",
    "街道办事处",
)
AROUND = ("", "人民政府", "委", "委员会", "市委", "县政府", "政协")
ENDINGS = ("", "（本级）", "本级", "(机关)", "人民政府", "政府", "办事处")


@cache
def expression() -> str:
    template = jinja2.Environment(autoescape=False).from_string(MACROS.read_text(encoding="utf-8"))
    return str(template.make_module().department_key("name"))  # type: ignore[attr-defined]


def key_of(name: str) -> str:
    row = duckdb.execute(f"select {expression()} from (select ? as name)", [name]).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("人民政府信访局", "信访局"),
        ("开元镇人民政府", "开元镇"),
        ("高蓬镇政府", "高蓬镇"),
        ("长安路办事处", "长安路街道办事处"),
        ("号头庄回族乡", "号头庄乡人民政府"),
        ("发展与改革局", "发展改革局"),
        ("委员会老干部局", "老干部局"),
        ("财政局（本级）", "财政局"),
        ("市委组织部", "委员会组织部"),
    ],
)
def test_spellings_of_one_body_share_their_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("人民政府办公室", "委员会办公室"),
        ("委办公室", "办公室"),
        ("政协委员会办公室", "委员会办公室"),
        ("西城乡", "西城街道办事处"),
        ("和平镇", "平镇"),
        ("水利局", "水务局"),
        ("第一中学", "第二中学"),
        ("市场监督管理局", "场监督管理局"),
    ],
)
def test_two_bodies_keep_two_keys(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@given(
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from(AROUND), st.sampled_from(("", *PLACES)), st.sampled_from(BODIES), st.sampled_from(ENDINGS)
        ),
    )
)
@settings(max_examples=200, deadline=None)
def test_a_key_is_its_own_key(name: str) -> None:
    assert key_of(key_of(name)) == key_of(name)
