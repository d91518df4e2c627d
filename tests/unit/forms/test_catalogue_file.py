"""The catalogue is data that is checked: a misspelt key fails loudly, every measure is one DOMAIN.md knows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.errors import CatalogueError
from pipeline.forms.catalogue_file import CATALOGUE_DIR, catalogue, load_forms
from pipeline.model.form import Phase, Role


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CATALOGUE_DIR, tmp_path / "catalogue"))


def test_form_ids_are_the_file_names() -> None:
    files = {path.stem for path in CATALOGUE_DIR.glob("*.yaml") if not path.stem.startswith("_")}
    assert {spec.form_id for spec in catalogue()} == files


@pytest.mark.parametrize("line", ["titels: ['x']", "columns: [{pattern: '(', measure: total}]", "row_kind: table"])
def test_a_mistake_in_a_form_file_is_an_error_that_names_it(line: str, folder: Path) -> None:
    path = folder / "expenditure.yaml"
    key = line.partition(":")[0]
    kept = [text for text in path.read_text(encoding="utf-8").splitlines() if not text.startswith(key)]
    path.write_text(
        "\n".join([line, *(text for text in kept if key != "columns" or not text.startswith("  -"))]), encoding="utf-8"
    )
    with pytest.raises(CatalogueError, match=r"expenditure\.yaml"):
        load_forms(folder)


@pytest.mark.parametrize("spec", catalogue(), ids=lambda spec: spec.form_id)
def test_every_layout_names_known_columns(spec: object) -> None:
    known = {rule.measure for rule in spec.columns} | {role.value for role in Role} | {"total", "basic"}  # type: ignore[attr-defined]
    for layout in spec.text_layouts:  # type: ignore[attr-defined]
        assert len(layout.blocks) == len(layout.sides)
        names = {name.partition(":")[0] for block in layout.blocks for name in block}
        assert names <= known


@pytest.mark.parametrize(("year", "is_expected"), [(2019, False), (2020, True), (None, True)])
def test_a_form_is_not_missing_from_documents_older_than_it(year: int | None, is_expected: bool) -> None:
    """Budgets of 2017 print eight tables; the one on state capital came with the templates of 2020."""
    spec = next(spec for spec in catalogue() if spec.form_id == "state_capital_expenditure")
    assert spec.is_expected_of(Phase.BUDGET, year) is is_expected
