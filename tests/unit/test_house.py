"""The house keeps its own rules: short files, docstrings, no registry named, every command shown with an example."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST_FILE = 500

MODULES = sorted((REPOSITORY / "pipeline").rglob("*.py"))
CODE = [
    path
    for folder in ("pipeline", "tests", "dbt_project/models", "dbt_project/macros", "dbt_project/tests")
    for suffix in ("*.py", "*.sql")
    for path in sorted((REPOSITORY / folder).rglob(suffix))
]


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_no_file_is_longer_than_500_lines(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{path} has {lines} lines: does one room hold two?"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_module_says_what_lives_in_it(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_packages_run_nothing_when_imported() -> None:
    for path in (REPOSITORY / "pipeline").rglob("__init__.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert len(body) == 1, f"{path} holds more than a docstring"


def test_only_settings_touches_the_environment() -> None:
    guilty = [
        path.name
        for path in MODULES
        if path.name != "settings.py" and re.search(r"os\.(environ|getenv|putenv)", path.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_the_lock_is_hashed_and_names_no_host() -> None:
    lines = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert all(re.fullmatch(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==\S+( ;.*)? \\", line) for line in pinned)
    assert not [line for line in lines if "://" in line or line.startswith("--")]


def test_the_lock_holds_every_package_asked_for() -> None:
    locked = {
        re.split(r"[\[=]", line)[0].lower()
        for line in (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    asked = {
        re.split(r"[<>=\[]", line)[0].lower().replace("_", "-").replace(".", "-")
        for name in ("requirements.in", "requirements-dev.in")
        for line in (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-r"))
    }
    assert asked <= locked


def test_no_committed_file_names_a_machine_or_a_registry() -> None:
    names = subprocess.run(
        ["git", "ls-files", "*.py", "*.sql", "*.yml", "*.yaml", "*.toml", "*.md", "*.in", "Makefile", ".ci/run"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    pattern = re.compile(r"(?:^|[\s\"'(=])/(?:work|root|home)/|https?://\S+/simple|index-url\s*=")
    guilty = [
        name
        for name in names
        if name != "tests/unit/test_house.py"
        and (REPOSITORY / name).is_file()
        and pattern.search((REPOSITORY / name).read_text(encoding="utf-8"))
    ]
    assert guilty == []
