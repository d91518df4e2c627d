"""An audit that asked nobody is not fine; a package without a hash is not pinned."""

from __future__ import annotations

import json

from tests.audit import FINE, NOT_AUDITED, VULNERABLE, read_report, unhashed
from tests.conftest import REPOSITORY


def report(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


def test_what_was_looked_up_and_has_no_hole_is_fine() -> None:
    audit = read_report(report({"name": "a", "version": "1", "vulns": []}))
    assert audit.code == FINE
    assert audit.lines() == ["1 packages looked up, 0 vulnerable."]


def test_a_service_that_answers_for_nothing_is_not_fine() -> None:
    skipped = {"name": "a", "skip_reason": "Dependency not found on PyPI and could not be audited: a (1)"}
    audit = read_report(report(skipped))
    assert audit.code == NOT_AUDITED
    assert "Not audited" in audit.lines()[0]
    assert read_report(report(skipped, {"name": "b", "version": "1", "vulns": []})).code == NOT_AUDITED
    assert read_report("").code == NOT_AUDITED
    assert read_report(report()).code == NOT_AUDITED


def test_a_hole_is_named_even_where_others_are_not_known() -> None:
    hole = {"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
    audit = read_report(report(hole, {"name": "b", "skip_reason": "not found"}))
    assert audit.code == VULNERABLE
    assert audit.lines()[0] == "Vulnerable: a 1: CVE-1, mended in 2"


def test_every_package_is_pinned_with_a_hash() -> None:
    assert unhashed("a==1 \\\n    --hash=sha256:00\nb==2\n") == ["b==2"]
    assert unhashed((REPOSITORY / "requirements.lock").read_text(encoding="utf-8")) == []
