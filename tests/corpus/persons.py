"""Made-up persons set into documents of known content: nothing of them may be found again."""

from __future__ import annotations

from dataclasses import replace

from tests.corpus.facts import DocumentFacts, FormFacts, Line

#: No real person's: the numbers are those of examples (GB 11643-1999 prints this identity number).
NAME, OTHER_NAME, MOBILE, OTHER_MOBILE = "赵敏芝", "钱国栋", "13800138000", "13912345678"
IDENTITY = "11010519491231002X"
MAIL = "zhaominzhi@example.com"
SECRETS = (NAME, OTHER_NAME, MOBILE, OTHER_MOBILE, IDENTITY, MAIL)
#: As they stand on a page.
LINES = (f"经办人：{NAME} 联系电话：{MOBILE}", f"身份证号：{IDENTITY} 邮箱：{MAIL}")
LABEL = f"{OTHER_NAME}同志医疗费{OTHER_MOBILE}"
_FORM = "expenditure"


def with_persons(facts: DocumentFacts) -> DocumentFacts:
    """The document with persons on its cover and in the label of the last line of its expenditure form."""
    return replace(facts, cover=(*facts.cover, *LINES), forms=tuple(map(_planted, facts.forms)))


def _planted(form: FormFacts) -> FormFacts:
    if form.layout != _FORM:
        return form
    (lines,) = form.blocks
    return replace(form, blocks=((*lines[:-1], _named(lines[-1])),))


def _named(line: Line) -> Line:
    return replace(line, cells=(line.cells[0], LABEL, *line.cells[2:]))


def secrets_in(text: str) -> list[str]:
    """The planted names and numbers that stand in a text, white space aside."""
    joined = "".join(text.split())
    return [secret for secret in SECRETS if secret in joined]
