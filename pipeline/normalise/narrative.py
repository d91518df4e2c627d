"""Classes named in sentences to their codes: by the document's own tables first, then by the code lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from pipeline.model.extract import FormValue
from pipeline.model.narrative import NarrativeFact
from pipeline.model.text import match_key
from pipeline.normalise.reference import economic_classes_by_name, function_classes_by_name, function_names

FUNCTION, ECONOMIC = "function", "economic"
_LENGTHS = (3, 5, 7)
_EXPENDITURE = "支出"
#: A name left without 支出 must still be long enough to mean one thing.
_SHORTEST_ALIAS = 4

#: Codes by the name of their level, and names by code.
_Lines = Mapping[str, frozenset[str]]


def names_in_sentences() -> tuple[dict[str, str], dict[str, str | None]]:
    """Returns function classes and economic classes by the names that sentences use, each with its code.

    一般公共服务支出 is also called 一般公共服务; an economic name that several codes carry has `None`.
    """
    classes = dict(function_classes_by_name())
    for name, code in list(classes.items()):
        alias = name.removesuffix(_EXPENDITURE)
        if len(alias) >= _SHORTEST_ALIAS:
            classes.setdefault(alias, code)
    economic = {
        match_key(name): items[0].code if len(items) == 1 else None
        for name, items in economic_classes_by_name().items()
    }
    return classes, economic


def with_line_codes(facts: Iterable[NarrativeFact], values: Iterable[FormValue]) -> tuple[NarrativeFact, ...]:
    """Gives each fact about a class its code, `None` where the names leave several.

    Args:
        facts: As read from the sentences.
        values: The document's own figures, whose lines carry names and codes.
    """
    own = _labels_by_code((value.line_code, value.line_label) for value in values)
    listed = function_names()
    return tuple(_coded(fact, own, listed) for fact in facts)


def _coded(fact: NarrativeFact, own: _Lines, listed: _Lines) -> NarrativeFact:
    if fact.line_code is not None and not any(fact.line_names[1:]):
        return fact
    if fact.topic == FUNCTION:
        found = _function_code(fact, own) or _function_code(fact, listed) or _code_in_class(fact, own)
        return fact._replace(line_code=found or _printed_code(fact))
    if fact.topic == ECONOMIC:
        codes = [code for code, labels in own.items() if code[:1] == "3" and match_key(fact.line_label) in labels]
        return fact._replace(line_code=codes[0] if len(codes) == 1 else None)
    return fact


def _function_code(fact: NarrativeFact, lines: _Lines) -> str | None:
    """The one code whose name, and whose parents' names as far as they are printed, are those of the fact."""
    names = [name and _key(name) for name in fact.line_names]
    depth = max((level for level, name in enumerate(names) if name), default=-1)
    if depth < 0:
        return None
    length = _LENGTHS[depth]
    found = [
        code
        for code, labels in lines.items()
        if len(code) == length
        and code[0] == "2"
        and names[depth] in labels
        and _has_parents(code, names[:depth], lines)
    ]
    if fact.line_code and len(found) > 1:
        found = [code for code in found if code.startswith(fact.line_code[: _LENGTHS[0]])]
    return found[0] if len(found) == 1 else None


def _code_in_class(fact: NarrativeFact, lines: _Lines) -> str | None:
    """The code of an item whose section is misprinted: 住房保障支出(类)住房保障支出(款)住房公积金(项)."""
    class_name, _, item_name = fact.line_names
    if class_name is None or item_name is None:
        return None
    return _function_code(fact._replace(line_names=(class_name, None, item_name)), lines)


def _printed_code(fact: NarrativeFact) -> str | None:
    """The code printed with the names, if it reaches as deep as they do."""
    depth = max((level for level, name in enumerate(fact.line_names) if name), default=0)
    return fact.line_code if fact.line_code and len(fact.line_code) == _LENGTHS[depth] else None


def _has_parents(code: str, names: Sequence[str | None], lines: _Lines) -> bool:
    return all(
        name is None or name in lines.get(code[:length], frozenset({name}))
        for name, length in zip(names, _LENGTHS, strict=False)
    )


def _labels_by_code(pairs: Iterable[tuple[str | None, str]]) -> _Lines:
    labels: dict[str, set[str]] = defaultdict(set)
    for code, label in pairs:
        if code and code.isdigit() and label:
            labels[code] |= {match_key(label), _key(label)}
    return {code: frozenset(names) for code, names in labels.items()}


@cache
def _key(name: str) -> str:
    """A name as compared: 一般公共服务支出 and 一般公共服务 are one."""
    return match_key(name).removesuffix(_EXPENDITURE)
