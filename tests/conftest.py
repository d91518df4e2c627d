"""Fixtures for all tests: the shared material, settings in a temporary folder, one warehouse built for all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"


def needs_shared(folder: str) -> Path:
    """A folder of the shared material; the test is skipped where this machine has none."""
    path = SHARED / folder
    if not path.is_dir():
        pytest.skip(f"needs ../shared/{folder}, which is not in the repository")
    return path


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: packed ones hold the second they were made in, and no two workers agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(autouse=True)
def clean_environment() -> Iterator[None]:
    """No setting of the developer's shell, nor one of an earlier test, reaches a test."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("GONGKAI_", "DAGSTER_"))]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def seeds_dir() -> Path:
    """The five seed documents as text, in place."""
    return needs_shared("seeds")


@pytest.fixture(scope="session")
def codes_dir() -> Path:
    """The official code lists, in place."""
    return needs_shared("codes")


@pytest.fixture(scope="session")
def corpus_dir() -> Path:
    """Real published files, in place."""
    return needs_shared("corpus")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose raw folder and warehouse are empty temporary folders."""
    raw_dir = tmp_path / "raw"
    raw_dir.mkdir()
    return Settings(raw_dir=raw_dir, warehouse_dir=tmp_path / "warehouse", workers=1)


@pytest.fixture
def gongkai() -> Callable[..., Result]:
    """Calls the command line in this process: `gongkai("status", "--warehouse", path)`."""

    def call(*arguments: object) -> Result:
        return call_gongkai(*arguments)

    return call


def call_gongkai(*arguments: object) -> Result:
    """Calls the command line in this process, with a wide terminal."""
    from pipeline.cli import app

    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


@dataclass(frozen=True, slots=True)
class BuiltWarehouse:
    """A warehouse built once by `gongkai run`, and what that printed."""

    raw_dir: Path
    warehouse_dir: Path
    output: str

    @property
    def file(self) -> Path:
        """The published DuckDB file."""
        return self.warehouse_dir / "fiscal.duckdb"

    def copy_to(self, folder: Path) -> BuiltWarehouse:
        """A copy that a test may change."""
        raw_dir, warehouse_dir = folder / "raw", folder / "warehouse"
        shutil.copytree(self.raw_dir, raw_dir)
        shutil.copytree(self.warehouse_dir, warehouse_dir, copy_function=shutil.copy2)
        return BuiltWarehouse(raw_dir, warehouse_dir, self.output)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> BuiltWarehouse:
    """The demo set of `data/raw/`, the way an analyst gets it, with an empty file, a duplicate and an odd name.

    The worker that asks first builds it for all; nobody changes it.
    """
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "built"
    raw_dir, warehouse_dir, printed = folder / "raw", folder / "warehouse", folder / "printed.txt"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.is_file():
            printed.write_text(_run_on_demo_set(raw_dir, warehouse_dir), encoding="utf-8")
    return BuiltWarehouse(raw_dir, warehouse_dir, printed.read_text(encoding="utf-8"))


def _run_on_demo_set(raw_dir: Path, warehouse_dir: Path) -> str:
    shutil.copytree(REPOSITORY / "data" / "raw", raw_dir, dirs_exist_ok=True)
    first = min(path for path in raw_dir.iterdir() if path.suffix == ".txt")
    shutil.copyfile(first, raw_dir / "zz_copy.txt")
    (raw_dir / "empty.pdf").touch()
    (raw_dir / "x'; drop table marts.dim_document; --.txt").write_text("没有任何表格", encoding="utf-8")
    before = dict(os.environ)
    result = call_gongkai("run", "--raw", raw_dir, "--warehouse", warehouse_dir)
    os.environ.clear()
    os.environ.update(before)
    if result.exit_code != 0:
        pytest.fail(f"gongkai run failed:\n{result.output}")
    return result.output
