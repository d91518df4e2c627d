"""What the scan warns of stands in the run's output and in the log."""

from __future__ import annotations

import json

import dagster as dg
import pytest

from pipeline.defs.ingest.assets import raw_documents, unmatched_message
from pipeline.logs import configure_logs
from pipeline.settings import Settings


def test_a_manifest_line_without_its_file_is_a_warning_on_screen_and_in_the_log(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (settings.raw_dir / "a.txt").write_text("甲", encoding="utf-8")
    (settings.raw_dir / "MANIFEST.csv").write_text("file\na.txt\nb.txt\n", encoding="utf-8")
    configure_logs(settings.log_file)
    dg.materialize([raw_documents], resources={"settings": settings}, instance=dg.DagsterInstance.ephemeral())
    assert "Warning: MANIFEST.csv names 1 file not in the folder: b.txt" in capsys.readouterr().err
    lines = [json.loads(line) for line in settings.log_file.read_text(encoding="utf-8").splitlines()]
    assert [line["names"] for line in lines if line["event"] == "manifest_names_no_file"] == [["b.txt"]]


def test_many_names_are_counted() -> None:
    assert "names 7 files not in the folder: 0, 1, 2, 3, 4 and 2 more" in unmatched_message([*"0123456"])
