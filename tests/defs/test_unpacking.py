"""Archives are opened in workers: what brings one down, or never ends, costs that archive and no other."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pipeline.defs.ingest import unpacking
from pipeline.defs.ingest.unpacking import unpack_guarded
from pipeline.settings import Settings
from pipeline.sources.archive_entries import archive_kind
from pipeline.sources.archives import Member
from pipeline.sources.folder import Scan, scan_folder


def scan(settings: Settings) -> Scan:
    return scan_folder(
        settings.raw_dir, max_file_bytes=1000, unpack_dir=settings.unpack_dir, unpack=unpack_guarded(settings)
    )


def write_zip(path: Path, **files: str) -> None:
    with zipfile.ZipFile(path, "w") as package:
        for name, text in files.items():
            package.writestr(f"{name}.txt", text)


def test_workers_give_what_this_process_would(settings: Settings) -> None:
    write_zip(settings.raw_dir / "a.zip", one="甲", two="乙")
    write_zip(settings.raw_dir / "copy.zip", one="甲", two="乙")
    (settings.raw_dir / "broken.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(50))
    (settings.raw_dir / "b.txt").write_text("丙", encoding="utf-8")
    guarded = scan(settings)
    here = scan_folder(settings.raw_dir, max_file_bytes=1000, unpack_dir=settings.unpack_dir.with_name("other"))
    assert [s.relative_path for s in guarded.every_file()] == [s.relative_path for s in here.every_file()]
    assert [(r.source.relative_path, str(r.error), r.error.document) for r in guarded.refused] == [
        (r.source.relative_path, str(r.error), r.error.document) for r in here.refused
    ]
    assert [archive.document_count for archive in guarded.archives] == [2, 2]


def test_what_was_unpacked_before_starts_no_worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    write_zip(settings.raw_dir / "a.zip", one="甲")
    first = scan(settings)
    asked: list[object] = []
    monkeypatch.setattr(unpacking, "run_guarded", lambda _function, tasks, **_options: asked.extend(tasks) or ())
    assert scan(settings) == first
    assert asked == []


def test_an_archive_that_takes_too_long_is_refused_and_the_others_are_opened(settings: Settings) -> None:
    write_zip(settings.raw_dir / "a.zip", one="甲")
    with zipfile.ZipFile(settings.raw_dir / "slow.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for number in range(4):
            package.writestr(f"{number}.txt", bytes(12_000_000))
    # nothing is fast enough for a limit of no time but what is not tried
    found = scan(settings.model_copy(update={"document_timeout_s": 1e-9}))
    assert {refusal.error.category for refusal in found.refused} == {"read_timeout"}
    assert len(scan(settings).archives) == 2


def test_a_member_that_names_a_place_of_its_own_is_not_believed() -> None:
    with pytest.raises(ValueError, match="no sha256"):
        Member("a.txt", "../../etc/passwd", 1)
    with pytest.raises(ValueError, match="no error of ours"):
        Member("a.txt", "0" * 64, 1, error="annotations")


def test_a_zip_of_a_version_nobody_knows_is_left_to_the_readers(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    write_zip(path, one="甲")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 6] = 148
    path.write_bytes(data)
    assert archive_kind(path) is None


def test_a_zip_with_a_table_of_contents_beyond_reason_is_left_to_a_worker(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    write_zip(path, one="甲")
    data = path.read_bytes()
    at = data.rindex(b"PK\x05\x06") + 12
    path.write_bytes(data[:at] + (50_000_000).to_bytes(4, "little") + data[at + 4 :])
    assert archive_kind(path) is None
