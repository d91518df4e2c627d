"""Names in sentences to codes: the document's own lines first, then the code lists; never one of several."""

from __future__ import annotations

import pytest

from pipeline.model.narrative import NarrativeFact
from pipeline.normalise.narrative import names_in_sentences, with_line_codes
from tests.unit.builders import fact_of, value_of


def coded(*names: str | None, code: str | None = None, own: dict[str, str] | None = None) -> str | None:
    fact: NarrativeFact = fact_of("function", line_names=(names[0], names[1], names[2]), line_code=code)
    values = [value_of("1", code=line_code, label=label) for line_code, label in (own or {}).items()]
    (found,) = with_line_codes([fact], values)
    return found.line_code


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("一般公共服务支出", None, None), "201"),
        (("一般公共服务", "政协事务", "行政运行"), "2010201"),
        ((None, "政协事务", "行政运行"), "2010201"),
        (("住房保障支出", "住房改革支出", "住房公积金"), "2210201"),
    ],
)
def test_the_names_of_the_code_list_have_their_code(
    names: tuple[str | None, str | None, str | None], expected: str
) -> None:
    assert coded(*names) == expected


def test_an_item_of_many_sections_has_no_code_without_its_section() -> None:
    assert coded(None, None, "行政运行") is None


def test_the_documents_own_line_decides_before_the_list() -> None:
    own = {"201": "一般公共服务支出", "20106": "财政事务", "2010601": "行政运行"}
    assert coded(None, None, "行政运行", own=own) == "2010601"


def test_an_item_whose_section_is_misprinted_is_found_within_its_class() -> None:
    own = {"221": "住房保障支出", "22102": "住房改革支出", "2210201": "住房公积金"}
    assert coded("住房保障支出", "住房保障支出", "住房公积金", own=own) == "2210201"


def test_a_class_code_is_not_given_to_an_item_nobody_knows() -> None:
    assert coded("社会保障和就业支出", "没有这一款", "没有这一项", code="208") is None


def test_an_economic_name_of_two_codes_has_none() -> None:
    _, economic = names_in_sentences()
    assert economic["办公费"] == "30201"
    assert economic["公务用车购置"] is None
