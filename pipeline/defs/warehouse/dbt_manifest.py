"""The dbt project -> its manifest, parsed anew only when the project changed.

What lives here: fingerprints of the project, and the call of `dbt parse`. What must not: Dagster.
"""

import hashlib
import subprocess
from importlib.metadata import version
from pathlib import Path

from pipeline.errors import BuildFailed
from pipeline.settings import Settings, full_environment, tool_path

#: Folders below the project that dbt writes itself.
_WRITTEN_BY_DBT = frozenset({"target", "logs", "dbt_packages"})
_TOOLS = ("dbt-core", "dbt-duckdb", "duckdb", "dagster-dbt")
_SHOWN_LINES = 15


def project_fingerprint(project_dir: Path) -> str:
    """One hash over every file of the dbt project and the versions of the tools that read it."""
    digest = hashlib.sha256("\n".join(f"{tool}=={version(tool)}" for tool in _TOOLS).encode())
    for path in sorted(project_dir.rglob("*")):
        relative = path.relative_to(project_dir)
        if path.is_file() and relative.parts[0] not in _WRITTEN_BY_DBT and not relative.name.startswith("."):
            digest.update(f"\0{relative.as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def prepare_manifest(settings: Settings) -> Path:
    """Returns the path of an up-to-date `manifest.json`, parsing the project where it is missing or stale.

    Raises:
        BuildFailed: The project cannot be parsed; the message holds what dbt said.
    """
    target = settings.dbt_target_dir
    manifest, mark = target / "manifest.json", target / "manifest.sha256"
    fingerprint = project_fingerprint(settings.dbt_project_dir)
    if manifest.is_file() and mark.is_file() and mark.read_text(encoding="ascii") == fingerprint:
        return manifest
    mark.unlink(missing_ok=True)
    run_dbt(settings, "parse")
    mark.write_text(fingerprint, encoding="ascii")
    return manifest


def run_dbt(settings: Settings, *arguments: str) -> str:
    """Runs one dbt command on our project, writing below the warehouse folder; returns what it said.

    Raises:
        BuildFailed: dbt ended with an error.
    """
    settings.dbt_target_dir.mkdir(parents=True, exist_ok=True)
    command = [
        str(tool_path("dbt")),
        "--no-use-colors",
        "--no-version-check",
        *arguments,
        "--project-dir",
        str(settings.dbt_project_dir),
        "--profiles-dir",
        str(settings.dbt_project_dir),
        "--target-path",
        str(settings.dbt_target_dir),
        "--log-path",
        str(settings.dbt_target_dir),
    ]
    done = subprocess.run(  # noqa: S603 (our own program, arguments as a list)
        command, env=full_environment(settings), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_SHOWN_LINES:])
        raise BuildFailed(
            f"`dbt {' '.join(arguments)}` failed:\n{said}",
            expected="a dbt project that parses",
            remedy="correct the file named above",
        )
    return done.stdout
