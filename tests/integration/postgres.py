"""A real PostgreSQL for one test: its own cluster on a free port of loopback, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.alerts.servers import free_port

PASSWORD = "very-secret-word"


@contextmanager
def postgres() -> Iterator[str]:
    """Starts PostgreSQL; yields the address of an empty database that asks for its password."""
    folder = _programs()
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    home = Path(tempfile.mkdtemp(prefix="gongkai_pg_"))
    (home / "password").write_text(PASSWORD, encoding="ascii")
    if user:
        account = pwd.getpwnam(user)
        for path in (home, home / "password"):
            os.chown(path, account.pw_uid, account.pw_gid)
    port = free_port()
    data = home / "data"

    def call(program: str, *arguments: object) -> None:
        command = [str(folder / program), *map(str, arguments)]
        done = subprocess.run(command, user=user, cwd=home, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            pytest.fail(f"{program}: {done.stdout}{done.stderr}")

    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    try:
        call("initdb", "-D", data, "-U", "gongkai", "-A", "scram-sha-256", f"--pwfile={home / 'password'}", "-N")
        # its output goes to a file: a pipe it kept open would hold the call
        call("pg_ctl", "-D", data, "-w", "-o", options, "-l", home / "log", "start")
        try:
            yield f"postgresql://gongkai:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


def _programs() -> Path:
    """Where `initdb` and `pg_ctl` stand: Debian's folder of the newest version, else the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("needs PostgreSQL: install Debian's package postgresql")
    return found[-1].parent if found else Path(on_path or "").resolve().parent
