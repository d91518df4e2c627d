"""Which code a piece rests on is found by its imports, and only what can change a result changes the hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.code_closure import CodeTree

FILES = {
    "errors.py": "class Base(Exception):\n    pass\n\nclass Used(Base):\n    pass\n\nclass Unused(Base):\n    pass\n",
    "readers/__init__.py": '"""Readers."""\n',
    "readers/excel.py": "from house.errors import Used\n\n\ndef read():\n    '''Reads.'''\n    raise Used\n",
    "readers/pdf.py": "from house.readers import lines\n\n\ndef read():\n    return lines.split()\n",
    "readers/lines.py": "def split():\n    from house.forms.names import known\n\n    return known\n",
    "forms/__init__.py": "",
    "forms/names.py": "import yaml\nknown = yaml\n",
    "forms/catalogue/summary.yaml": "title: 收支总表\n",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "house" / "__init__.py").touch()
    return tmp_path / "house"


def digests(house: Path) -> dict[str, str]:
    tree = CodeTree(house)
    return {name: tree.digest(tree.closure([f"house.readers.{name}"])) for name in ("excel", "pdf")}


def changed(house: Path, name: str, text: str) -> set[str]:
    before = digests(house)
    (house / name).write_text(text, encoding="utf-8")
    after = digests(house)
    return {reader for reader in before if before[reader] != after[reader]}


def test_imports_are_followed_into_functions_and_through_packages(house: Path) -> None:
    assert set(CodeTree(house).closure(["house.readers.pdf"])) == {
        "house.readers.pdf",
        "house.readers.lines",
        "house.forms.names",
    }


def test_imports_that_are_not_to_be_followed_are_left_out(house: Path) -> None:
    closure = CodeTree(house).closure(["house.readers.pdf"], follow=lambda name: not name.startswith("house.forms"))
    assert set(closure) == {"house.readers.pdf", "house.readers.lines"}


@pytest.mark.parametrize(
    ("name", "text", "readers"),
    [
        ("readers/excel.py", FILES["readers/excel.py"].replace("raise Used", "raise Used()"), {"excel"}),
        ("readers/excel.py", FILES["readers/excel.py"].replace("Reads.", "Reads all.") + "# a comment\n", set()),
        ("readers/lines.py", "def split():\n    return 1\n", {"pdf"}),
        ("forms/catalogue/summary.yaml", "title: 收入支出总表\n", {"pdf"}),
        ("errors.py", FILES["errors.py"] + "\n\nclass More(Base):\n    pass\n", set()),
        ("errors.py", FILES["errors.py"].replace("class Unused(Base):\n    pass", ""), set()),
        ("errors.py", FILES["errors.py"].replace("pass", "code = 1", 1), {"excel"}),
        ("errors.py", FILES["errors.py"] + "\nUsed.code = 7\n", {"excel"}),
    ],
)
def test_only_what_a_reader_rests_on_changes_its_hash(house: Path, name: str, text: str, readers: set[str]) -> None:
    assert changed(house, name, text) == readers


def test_the_version_of_an_outside_package_counts(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digests(house)
    monkeypatch.setattr("pipeline.code_closure._known_distributions", lambda: {"yaml": ("PyYAML==99",)})
    after = digests(house)
    assert (before["excel"] == after["excel"], before["pdf"] == after["pdf"]) == (True, False)
