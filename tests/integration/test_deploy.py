"""The samples of docs/deploy hold: units verify, the compose file has the shape of one, and no door stands open."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.settings import Settings
from tests.conftest import REPOSITORY

DEPLOY = REPOSITORY / "docs" / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
SERVICES = [path for path in UNITS if path.suffix == ".service"]
INSTALLED = "/opt/gongkai/.venv/bin/gongkai"
#: Keys of the compose specification that a service may have; ours are few on purpose.
SERVICE_KEYS = {
    *("image", "build", "restart", "environment", "volumes", "depends_on", "init", "read_only", "tmpfs", "cap_drop"),
    *("cap_add", "security_opt", "command", "ports", "stop_signal", "stop_grace_period", "healthcheck", "shm_size"),
}
EXPOSURE_LIMIT = 5.0


def texts() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in DEPLOY.iterdir()}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(INSTALLED, "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_a_unit_may_do_little(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    found = re.search(r"exposure level for \S+ (\d+\.\d)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found[1]) < EXPOSURE_LIMIT


def commands_named() -> set[tuple[str, ...]]:
    """Every call of gongkai in the samples."""
    lines = [line for text in texts().values() for line in text.splitlines() if not line.startswith("#")]
    found = {
        tuple(shlex.split(m[1])) for line in lines if (m := re.search(r"\bgongkai ((?:run|serve|status)[^>]*)", line))
    }
    compose = yaml.safe_load(texts()["compose.yaml"])["services"].values()
    return found | {tuple(service["command"]) for service in compose if "command" in service}


def test_every_command_and_option_named_exists() -> None:
    for command, *arguments in commands_named():
        shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "300"})
        assert shown.exit_code == 0
        missing = [option for option in arguments if option.startswith("--") and option not in shown.output]
        assert missing == [], f"gongkai {command} has no {missing}"


def test_every_setting_named_exists() -> None:
    named = {name for text in texts().values() for name in re.findall(r"\bGONGKAI_([A-Z_]+)", text)}
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_the_compose_file_has_the_shape_of_one() -> None:
    compose: dict[str, Any] = yaml.safe_load(texts()["compose.yaml"])
    assert {key for key in compose if not key.startswith("x-")} == {"name", "services", "volumes"}
    services = compose["services"]
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        assert "image" in service
        assert set(service.get("depends_on", {})) <= set(services)
        assert all(isinstance(value, str) for value in service["environment"].values())
        for volume in service.get("volumes", []):
            source, target = volume.rsplit(":", 1)
            assert target.startswith("/")
            assert source.startswith(("${", ".")) or source in compose["volumes"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert services["web"]["build"]["dockerfile"] == "docs/deploy/Dockerfile"


def test_no_door_stands_open_and_no_secret_is_written() -> None:
    compose = yaml.safe_load(texts()["compose.yaml"])["services"]
    assert [port for service in compose.values() for port in service.get("ports", [])] == ["127.0.0.1:3000:3000"]
    units = "".join(texts()[path.name] for path in SERVICES)
    assert "--host" not in units
    assert "PASSWORD" not in units
    secrets = [
        value for service in compose.values() for name, value in service["environment"].items() if "PASS" in name
    ]
    assert all(value.startswith("${") for value in secrets)


def test_the_image_copies_what_stands_here() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", texts()["Dockerfile"], flags=re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert sources
    assert [source for source in sources if not (REPOSITORY / source).exists()] == []
