"""docs/questions.md tells the truth: ten questions in two languages, each with the answer the demo set gives.

After a change that moves an answer run `python -m docs.make_reference --warehouse data/warehouse`, read the difference.
"""

from __future__ import annotations

import re

import pytest

from docs.make_reference import QUESTIONS_PAGE, README, SQL_WITH_ANSWER, answer
from tests.conftest import BuiltWarehouse

TEXT = QUESTIONS_PAGE.read_text(encoding="utf-8")
QUERIES = [(found["query"], found["answer"].strip()) for found in SQL_WITH_ANSWER.finditer(TEXT)]


def test_there_are_ten_questions_in_both_languages() -> None:
    questions = re.findall(r"^\*\*(\d+)\. ([^?]+\?) ([^*]+？(?:[^*]+？)?)\*\*", TEXT, re.M)
    assert [int(number) for number, _, _ in questions] == list(range(1, 11))
    assert all(re.search(r"[\u4e00-\u9fff]", chinese) for _, _, chinese in questions)
    assert len(QUERIES) == len(questions)


def test_the_readme_leads_to_the_questions() -> None:
    assert "(docs/questions.md)" in README.read_text(encoding="utf-8")


@pytest.mark.e2e
@pytest.mark.parametrize(("sql", "printed"), QUERIES, ids=range(1, len(QUERIES) + 1))
def test_an_answer_is_what_the_warehouse_gives(built: BuiltWarehouse, sql: str, printed: str) -> None:
    assert printed.count("\n") >= 2, "an answer has at least one row"
    assert printed == answer(built.file, sql)
