"""Broken sums to their causes: one wrong unit, row or figure explains many breaks and is named once.

Causes are looked for in order, the one that explains most at a stroke first: a whole form in another unit, a column
that does not go with those beside it, a rate that its own amounts deny, a row printed twice, a row under another code,
a row left out, one figure; what remains is a disagreement whose wrong side the sums do not tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.model.extract import FormValue, SumCheck
from pipeline.model.finding import Finding
from pipeline.reconcile.cause_columns import columns_apart
from pipeline.reconcile.cause_figures import disagreements, lone_rates, wrong_figures, wrong_rates
from pipeline.reconcile.cause_rows import (
    doubled_rows,
    miscoded_rows,
    moved_rows,
    rows_missing_by_gaps,
    rows_missing_by_sums,
)
from pipeline.reconcile.cause_units import denied_units, unit_slips
from pipeline.reconcile.compare import ZERO
from pipeline.reconcile.evidence import Evidence
from pipeline.reconcile.rule_file import Rule
from pipeline.reconcile.sentence_values import NARRATIVE
from pipeline.reconcile.wording import worded

_SEARCHES = (
    denied_units,
    unit_slips,
    columns_apart,
    lone_rates,
    doubled_rows,
    miscoded_rows,
    moved_rows,
    rows_missing_by_gaps,
    rows_missing_by_sums,
    wrong_figures,
    wrong_rates,
    disagreements,
)


def find_causes(
    values: Sequence[FormValue],
    checks: Sequence[SumCheck],
    rules: Sequence[Rule],
    form_names: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Returns the findings of a document, worst first.

    Args:
        values: All values of the document, of any grade.
        checks: What `reconcile` returned for them.
        rules: The rules behind the checks, for their names and severity.
        form_names: The forms' Chinese names, for the sentences.
    """
    evidence = Evidence(values, checks)
    if not evidence.open:
        return ()
    by_id = {rule.id: rule for rule in rules}
    found = [finding for search in _SEARCHES for finding in search(evidence, by_id)]
    found = _said_once(found)
    found = [_with_severity(finding, checks, by_id) for finding in found]
    found.sort(key=lambda item: (item.severity != "error", -abs(item.difference_yuan or ZERO), item.checks))
    return tuple(worded(finding, evidence, by_id, form_names or {}) for finding in found)


def _said_once(findings: Sequence[Finding]) -> list[Finding]:
    """Puts together what one printed number of a sentence does: 收支总计均为 is about revenue and expenditure."""
    together: dict[object, Finding] = {}
    for number, finding in enumerate(findings):
        is_spoken = finding.form_id == NARRATIVE and finding.proposed_yuan is not None
        place = (finding.page_no, finding.row_no, finding.line_label, finding.proposed_yuan, finding.difference_yuan)
        key = place if is_spoken else number
        if key in together:
            first = together[key]
            ids = tuple(dict.fromkeys((*first.value_ids, *finding.value_ids)))
            together[key] = replace(first, value_ids=ids, checks=tuple(sorted((*first.checks, *finding.checks))))
        else:
            together[key] = finding
    return list(together.values())


def _with_severity(finding: Finding, checks: Sequence[SumCheck], rules: Mapping[str, Rule]) -> Finding:
    is_error = any(rules[checks[n].rule_id].severity == "error" for n in finding.checks if checks[n].rule_id in rules)
    return replace(finding, severity="error" if is_error else "warning")
