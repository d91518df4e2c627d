"""Asks whether a pinned package has a known vulnerability: `make audit`. What was not asked is never called fine.

pip-audit ends with 0 and "No known vulnerabilities found" also where the service answered for not one package (a closed
network, a mirror without that service). So its report is read package by package. Ends with 0: every package was looked
up and none is vulnerable; 1: some are, they are listed; 3: not audited, or not all of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FINE, VULNERABLE, NOT_AUDITED = 0, 1, 3
_LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
_LIMIT_S = 600
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known: vulnerable packages in words, packages nobody answered for, how many were looked up."""

    vulnerable: tuple[str, ...]
    unanswered: tuple[str, ...]
    looked_up: int

    @property
    def code(self) -> int:
        """How the command ends."""
        if self.vulnerable:
            return VULNERABLE
        return NOT_AUDITED if self.unanswered or not self.looked_up else FINE

    def lines(self) -> list[str]:
        """What the command says."""
        said = [f"Vulnerable: {one}" for one in self.vulnerable]
        if self.unanswered or not self.looked_up:
            names = ", ".join(self.unanswered[:_SHOWN]) + (" …" if len(self.unanswered) > _SHOWN else "")
            said.append(
                f"Not audited: the vulnerability service answered for {self.looked_up} packages and not for "
                f"{len(self.unanswered)} ({names}). Expected: an answer for each. To do: run it where the service of "
                "pypi.org can be reached."
            )
        else:
            said.append(f"{self.looked_up} packages looked up, {len(self.vulnerable)} vulnerable.")
        return said


def read_report(report: str) -> Audit:
    """Reads pip-audit's report in JSON; what is no report has no answers."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit((), (), 0)
    vulnerable = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole.get('fix_versions', [])) or 'none'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    unanswered = tuple(one["name"] for one in packages if "vulns" not in one)
    return Audit(tuple(vulnerable), unanswered, len(packages) - len(unanswered))


def unhashed(lock: str) -> list[str]:
    """The packages of a lock file that are pinned without a hash."""
    pins = [line.strip() for line in lock.replace("\\\n", " ").splitlines() if "==" in line]
    return [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]


def main() -> int:
    """Runs pip-audit over the lock file."""
    if missing := unhashed(_LOCK.read_text(encoding="utf-8")):
        print(f"Pinned without a hash: {', '.join(missing)}. Expected: a hash for each. To do: run make lock.")
        return NOT_AUDITED
    command = [sys.executable, "-m", "pip_audit", "-r", str(_LOCK), "--require-hashes", "--disable-pip"]
    options = ["--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, timeout=_LIMIT_S)
    except subprocess.TimeoutExpired:
        print(f"Not audited: pip-audit gave no answer within {_LIMIT_S} s. To do: run it again where it has a network.")
        return NOT_AUDITED
    audit = read_report(done.stdout)
    print("\n".join(audit.lines()))
    if not audit.looked_up and not audit.unanswered:
        print(done.stderr.strip().rsplit("\n", 1)[-1])
    return audit.code


if __name__ == "__main__":
    sys.exit(main())
