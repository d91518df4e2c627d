"""Settings come from options, then the environment, then defaults; a wrong one says how to correct it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import BadSetting
from pipeline.settings import activate, child_environment, load_settings, project_root


def test_an_option_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GONGKAI_RAW_DIR", str(tmp_path / "environment"))
    assert load_settings().raw_dir == tmp_path / "environment"
    assert load_settings(raw_dir=tmp_path / "option").raw_dir == tmp_path / "option"
    assert load_settings(raw_dir=None).raw_dir == tmp_path / "environment"


def test_folders_are_those_of_the_project_by_default() -> None:
    assert load_settings().raw_dir == project_root() / "data" / "raw"
    assert load_settings().published_file == project_root() / "data" / "warehouse" / "fiscal.duckdb"


def test_the_project_we_stand_in_wins_over_the_installed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dbt_project").mkdir()
    (tmp_path / "dbt_project" / "dbt_project.yml").touch()
    monkeypatch.chdir(tmp_path)
    assert load_settings().warehouse_dir == tmp_path / "data" / "warehouse"


def test_relative_folders_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(warehouse_dir=Path("w")).warehouse_dir == tmp_path / "w"


def test_a_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_WORKERS", "many")
    with pytest.raises(BadSetting, match="GONGKAI_WORKERS"):
        load_settings()


def test_active_settings_are_seen_by_the_next_reader(tmp_path: Path) -> None:
    activate(load_settings(raw_dir=tmp_path, document_timeout_s=7.0, show_progress=True))
    again = load_settings()
    assert (again.raw_dir, again.document_timeout_s, again.show_progress) == (tmp_path, 7.0, True)


def test_child_processes_send_no_statistics(tmp_path: Path) -> None:
    environment = child_environment(load_settings(warehouse_dir=tmp_path / "it's"))
    assert environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "False"
    assert environment["GONGKAI_LAKE"].endswith("it''s/lake")
    assert "GONGKAI_LAKE" not in os.environ


SECRETS = ("smtp_password", "alert_webhook_url", "dagster_postgres_url")


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_reaches_the_child_whole_and_is_not_there_when_not_set(name: str) -> None:
    variable = f"GONGKAI_{name.upper()}"
    assert variable not in child_environment(load_settings())
    activate(load_settings(**{name: "very-secret"}))
    assert getattr(load_settings(), name).get_secret_value() == "very-secret"
    assert os.environ[variable] == "very-secret"


def test_a_wrong_secret_is_not_shown() -> None:
    with pytest.raises(BadSetting) as caught:
        load_settings(smtp_password=["very-secret"])
    assert "very-secret" not in str(caught.value)
