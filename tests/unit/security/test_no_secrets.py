"""No key, password or token stands in the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PATTERNS = {
    "private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "cloud key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bLTAI[0-9A-Za-z]{12,20}\b|\bAIza[0-9A-Za-z_-]{35}\b",
    "token": r"\b(?:ghp|gho|ghs|github_pat|glpat|xox[abps])[_-][0-9A-Za-z_-]{16,}",
    "other token": r"\bsk-[0-9A-Za-z]{24,}|\bpypi-[0-9A-Za-z_-]{40,}",
    "password": (
        r"(?i)(?:password|passwd|secret|api_?key|auth_?token)[\"']?\s*[:=]\s*"
        r"[\"'][^{$<.\"'\s][^\"'\s]{7,}[\"']"
    ),
    "address with a password": r"\b[a-z][a-z0-9+]*://[^\s/:@\"'{}$<>]+:[^\s/@\"'{}$<>]{3,}@[\w.-]+",
}
ENDINGS = {"", ".py", ".md", ".toml", ".yaml", ".yml", ".sql", ".txt", ".cfg", ".json", ".service"}
#: Made-up passwords of tests, which say themselves that they are none.
ALLOWED = ("no secret", "very-secret", ":secret@")


def secrets_of(text: str) -> list[str]:
    return [
        f"{kind}: {line.strip()[:60]}"
        for line in text.splitlines()
        for kind, pattern in PATTERNS.items()
        if re.search(pattern, line) and not any(made_up in line for made_up in ALLOWED)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "key = AKIA" + "ABCDEFGHIJKLMNOP",
        'password = "' + 'correct-horse-battery"',
        "postgresql://gongkai:" + "hunter22@db.example.com/x",
        "ghp_" + "a" * 36,
    ],
)
def test_the_search_finds(line: str) -> None:
    assert secrets_of(line)


def test_the_repository_holds_no_secret() -> None:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs git, to tell which files are the repository's")
    paths = [REPOSITORY / name for name in listed.decode().split("\0") if name and Path(name).suffix in ENDINGS]
    texts = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in paths if path.is_file()}
    assert {name: found for name, text in texts.items() if (found := secrets_of(text))} == {}
