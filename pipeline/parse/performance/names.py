"""Names of projects: when two printings mean the same project."""

from __future__ import annotations

from pipeline.model.text import match_key
from pipeline.parse.performance.words import performance_words


def project_key(name: str) -> str:
    """Folds a project's name for matching within a document: width, white space, brackets, quotes, ordinals, case.

    Nothing else is folded: two names that differ by a character are two projects until somebody says otherwise.

    >>> project_key("1、“三供一业” 维修（二期）") == project_key("三供一业维修(二期)")
    True
    """
    key = performance_words().name_marks.sub("", match_key(name))
    return key.casefold().replace("(", "").replace(")", "")


def is_near(left: str, right: str) -> bool:
    """Whether two keys are nearly the same: one the beginning of the other, or one character apart.

    >>> is_near("公车运行费", "公车运行费用"), is_near("会议费", "培训费")
    (True, False)
    """
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) < _SHORTEST or shorter == longer:
        return False
    if longer.startswith(shorter) or longer.endswith(shorter):
        return True
    return len(shorter) == len(longer) and sum(a != b for a, b in zip(left, right, strict=True)) == 1


#: Shorter names are near to many others.
_SHORTEST = 5
