"""A full or read-only disk is told by whoever noticed it, in our words; a disk that is fine is not blamed."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.disk import check_writable, said_by_disk
from pipeline.durable import append_line, replace_folder, write_text
from pipeline.errors import BadFolder, BuildFailed, NoSpace, ReadOnlyFolder
from pipeline.settings import Settings


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), NoSpace),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), NoSpace),
        (BuildFailed("IO Error: Could not write file: No space left on device"), NoSpace),
        (OSError(errno.EROFS, "Read-only file system", "/data/x"), ReadOnlyFolder),
        (PermissionError(errno.EACCES, "Permission denied", "/data/x"), ReadOnlyFolder),
    ],
)
def test_what_the_disk_says_is_recognised(settings: Settings, error: Exception, kind: type[Exception]) -> None:
    assert isinstance(said_by_disk(error, settings), kind)


def test_so_it_is_behind_other_errors(settings: Settings) -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as cause:
            raise ValueError("writing failed") from cause
    except ValueError as error:
        found = said_by_disk(error, settings)
    assert isinstance(found, NoSpace)
    assert "MB are free" in found.found


def test_other_failures_are_not_the_disks(settings: Settings) -> None:
    assert said_by_disk(FileNotFoundError(errno.ENOENT, "No such file"), settings) is None
    assert said_by_disk(BuildFailed("a test failed"), settings) is None


def test_an_error_of_ours_tells_itself_which_folder_is_meant(settings: Settings) -> None:
    error = BadFolder("/data/raw/fetched cannot be written")
    error.__cause__ = PermissionError(errno.EACCES, "Permission denied", "/data/raw/fetched")
    assert said_by_disk(error, settings) is None


@pytest.mark.parametrize(("number", "kind"), [(errno.EROFS, ReadOnlyFolder), (errno.ENOSPC, NoSpace)])
def test_a_warehouse_that_cannot_be_written_is_said_before_anything_is_done(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    def refuse(*_arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(kind):
        check_writable(settings)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB, where this machine lets us mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_database(file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table t as select random() as x from range(1000000)")
        connection.execute("checkpoint")


def test_a_disk_that_runs_full_is_recognised_by_every_writer(small_disk: Path, settings: Settings) -> None:
    (small_disk / "kept").write_text("as it was", encoding="utf-8")
    noise = pl.DataFrame({"x": [str(number * 7919) for number in range(200_000)]})
    with pytest.raises(Exception, match="No space left") as by_polars:
        noise.write_parquet(small_disk / "x.parquet", compression="uncompressed")
    (small_disk / "x.parquet").unlink(missing_ok=True)
    with pytest.raises(duckdb.Error) as by_duckdb:
        fill_database(small_disk / "x.duckdb")
    for path in small_disk.glob("x.*"):
        path.unlink()
    with pytest.raises(OSError, match="No space left") as by_us:
        write_text(small_disk / "kept", "x" * 1_000_000)
    for caught in (by_polars, by_duckdb, by_us):
        assert isinstance(said_by_disk(caught.value, settings), NoSpace), caught.value
    assert (small_disk / "kept").read_text(encoding="utf-8") == "as it was"


def test_a_line_is_added_after_half_a_line(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    append_line(file, "one")
    with file.open("a", encoding="utf-8") as stream:
        stream.write("ha")
    append_line(file, "two")
    assert file.read_text(encoding="utf-8") == "one\nha\ntwo\n"


@pytest.mark.parametrize("knows_exchange", [True, False])
def test_a_folder_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, knows_exchange: bool
) -> None:
    if not knows_exchange:
        monkeypatch.setattr("sys.platform", "elsewhere")
    new, target, aside = tmp_path / "new", tmp_path / "target", tmp_path / "aside"
    for folder in (new, target):
        folder.mkdir()
        (folder / "name").write_text(folder.name, encoding="utf-8")
    replace_folder(new, target, aside)
    assert (target / "name").read_text(encoding="utf-8") == "new"
    assert (aside / "name").read_text(encoding="utf-8") == "target"
    assert not new.exists()
