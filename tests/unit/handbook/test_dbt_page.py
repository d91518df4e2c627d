"""The page fetches nothing, holds nothing that ends its script, and is refused where dbt's own page is another one."""

from __future__ import annotations

import json
import re

import pytest

from pipeline.errors import BuildFailed
from pipeline.handbook import dbt_page
from pipeline.handbook.dbt_page import as_script, make_page

EMPTY = {"nodes": {}, "sources": {}}


@pytest.fixture(scope="module")
def page() -> str:
    return make_page({**EMPTY, "metadata": {"project_name": "</script><b>三公"}}, EMPTY)


def test_the_page_asks_for_nothing_outside_itself(page: str) -> None:
    head = page.partition("<script")[0]
    assert "default-src 'none'" in head
    assert re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', head) == []
    assert "cloudfront" not in page
    assert "turn_on_tracking:function(){return;" in page


def test_icons_are_not_asked_for_before_their_address_is_known(page: str) -> None:
    assert 'xlink:href="{{' not in page


def test_no_text_ends_the_script(page: str) -> None:
    assert "</script><b>三公" not in page
    assert json.loads(as_script({"text": "</script>"}).replace("<\\/", "</")) == {"text": "</script>"}


def test_source_maps_and_compiled_sql_are_left_out(page: str) -> None:
    assert "sourcesContent" not in page
    assert "Compiled:" not in page
    assert len(page.encode()) < 1_500_000


def test_another_page_of_dbt_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_page, "_CHANGES", {"no such words": ""})
    with pytest.raises(BuildFailed, match="no such words"):
        make_page(EMPTY, EMPTY)
