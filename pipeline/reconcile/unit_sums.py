"""A department's lines against the same lines of its units, where one document prints both (河北预算文本)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from pipeline.model.extract import FormValue, SumCheck
from pipeline.model.text import match_key
from pipeline.reconcile.across import agree
from pipeline.reconcile.compare import compare
from pipeline.reconcile.figures import TOTAL, Figures
from pipeline.reconcile.rule_file import Rule, Selector
from pipeline.reconcile.within import counted_once

#: What stands before a line's name: its ordinal, 其中. A unit's 1、人员经费 is the department's 其中：人员经费.
_BEFORE_NAME = re.compile(r"^(其中:|[一二三四五六七八九十]+、|\d+[、.)]|\([一二三四五六七八九十\d]+\))+")
#: A line of a form as the department and its units both print it: side, code or name.
_Key = tuple[str | None, str]


def units(rule: Rule, department: Figures, by_unit: Sequence[Figures]) -> Iterator[SumCheck]:
    """Every line of the department's form against the sum of its units' lines of the same code or name.

    What the units print is a part of the department's; where the totals agree it is the whole, line by line.

    Args:
        rule: `left` selects the units' forms, `right` the department's.
        department: The document's own figures.
        by_unit: Those of each unit.
    """
    for measure in dict.fromkeys(selector.measure for selector in rule.left):
        whole = _lines(rule, [s for s in rule.right if s.measure == measure], [department])
        part = _lines(rule, [s for s in rule.left if s.measure == measure], by_unit)
        totals = [key for key in whole if key in part and _is_total(key, rule)]
        is_whole = any(agree(part[key], whole[key]) for key in totals)
        for key in whole:
            if key in part:
                check = compare(rule, key[1], measure, part[key], whole[key], "=" if is_whole else "<=")
                if check:
                    yield check


def _is_total(key: _Key, rule: Rule) -> bool:
    return key[1] in (TOTAL, *rule.totals)


def _lines(rule: Rule, selectors: Sequence[Selector], bodies: Sequence[Figures]) -> Mapping[_Key, list[FormValue]]:
    """The lines that selectors take, over all bodies, by what tells them apart."""
    found: dict[_Key, list[FormValue]] = defaultdict(list)
    for figures in bodies:
        for selector in selectors:
            for printing in figures.printings.get(selector.form or "", ())[:1]:
                lines: dict[_Key, list[FormValue]] = defaultdict(list)
                for value in printing.select([selector]):
                    lines[_key(value, rule)].append(value)
                for key, values in lines.items():
                    found[key] += counted_once(values)
    return found


def _key(value: FormValue, rule: Rule) -> _Key:
    if value.line_code and (rule.by == "code" or value.line_code == TOTAL):
        return value.line_side, value.line_code
    return value.line_side, _BEFORE_NAME.sub("", match_key(value.line_label))


BODIES: dict[str, Callable[[Rule, Figures, Sequence[Figures]], Iterator[SumCheck]]] = {"units": units}
