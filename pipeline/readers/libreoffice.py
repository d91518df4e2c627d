"""LibreOffice as a converter: an old format in, .docx out, in a temporary folder and under a time limit.

Every conversion has a profile of its own, thrown away with what stood in it: nothing that a document does to the
program reaches the next one. Macros are not run and links are not followed (`_SETTINGS`).

What lives here: finding the program, its profile, running it. What must not: knowing what a document says.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from pipeline.disk import no_room
from pipeline.errors import DamagedFile, MissingTool, ReadTimeout
from pipeline.readers.limits import MAX_UNPACKED_BYTES, refuse_above

#: Where the program stands when it is not on the PATH (macOS).
_OTHER_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice",)
#: A real .doc takes 1.5 s; two minutes means that it hangs. Below the limit of one document, so that we end it.
TIMEOUT_S = 120.0
#: The program itself, beside the script that starts it and watches it: a watcher would outlive a killed worker.
_ENGINE = "soffice.bin"
#: What it ends with when it has made its profile and wants to be started again (`sal/osl`, EXITHELPER_NORMAL_RESTART,
#: EXITHELPER_CRASH_WITH_RESTART). A fresh profile costs 0.3 s of a conversion's 1.5 s (7.4, measured 2026-11-21).
_START_AGAIN = (79, 81)
_MOST_STARTS = 3
_PR_SET_PDEATHSIG = 1
_SECURITY, _LOAD = "/org.openoffice.Office.Common/Security/Scripting", "/org.openoffice.Office"
#: Where, name, value: macros never, scripts never, no address of another file or server is opened.
_SETTINGS = (
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    (_SECURITY, "DisableOLEAutomation", "true"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (f"{_LOAD}.Writer/Content/Update", "Link", "0"),
    (f"{_LOAD}.Writer/Content/Update", "Field", "false"),
    (f"{_LOAD}.Writer/Content/Update", "Chart", "false"),
    (f"{_LOAD}.Calc/Content/Update", "Link", "2"),
    (f"{_LOAD}.Common/Misc", "FirstRun", "false"),
    (f"{_LOAD}.Common/Save/Document", "AutoSave", "false"),
    (f"{_LOAD}.Recovery/RecoveryInfo", "Enabled", "false"),
)
_OPTIONS = ("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
_TO_DOCX = "docx:MS Word 2007 XML"
#: Its writer part, beside the program; a LibreOffice for tables only does not have it.
_WRITER_LIBRARY = "libswlo.so"
#: It does not say that the disk is full: with less room than this a failure may be the disk's, not the document's.
_LEAST_ROOM_BYTES = 64 * 1024 * 1024
_TIMES_ROOM = 4


def find_libreoffice() -> Path:
    """Returns the program that converts Word files.

    Raises:
        MissingTool: LibreOffice, or its part for texts, is not installed.
    """
    names = ("soffice", "libreoffice", *_OTHER_PLACES)
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        raise _missing("this is a Word 97-2003 file (or RTF), and LibreOffice is not installed")
    libraries = Path(found).resolve().parent
    if any(libraries.glob("libs?lo.so")) and not (libraries / _WRITER_LIBRARY).exists():
        raise _missing("this is a Word 97-2003 file (or RTF), and LibreOffice is installed without its Writer")
    return Path(found)


def _missing(found: str) -> MissingTool:
    return MissingTool(
        found,
        expected="the program soffice on the PATH",
        remedy=(
            "install it (Debian, Ubuntu: apt install libreoffice-writer-nogui, or libreoffice-writer), then run with "
            "--retry; or save the file as .docx"
        ),
    )


def convert_to_docx(data: bytes, *, ending: str, import_filter: str, timeout_s: float = TIMEOUT_S) -> bytes:
    """Converts a text document to .docx.

    Args:
        data: The document.
        ending: The ending its name must have, with the dot.
        import_filter: LibreOffice's name of the format, e.g. `MS Word 97`: nothing is guessed from a broken file.
        timeout_s: After this many seconds the program is ended.

    Raises:
        MissingTool: There is no LibreOffice.
        DamagedFile: LibreOffice cannot open the document.
        ReadTimeout: It took too long.
        NoRoom: It may have failed for want of room.
    """
    program = find_libreoffice()
    with tempfile.TemporaryDirectory(prefix="gongkai-convert-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / f"document{ending}").write_bytes(data)
        write_profile(folder / "profile")
        command = [
            str(_engine(program)),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *_OPTIONS,
            f"--infilter={import_filter}",
            "--convert-to",
            _TO_DOCX,
            "--outdir",
            str(folder / "out"),
            str(folder / f"document{ending}"),
        ]
        said = _run(command, folder, timeout_s)
        made = folder / "out" / "document.docx"
        if not made.is_file():
            if shutil.disk_usage(folder).free < max(_LEAST_ROOM_BYTES, _TIMES_ROOM * len(data)):
                raise no_room()
            raise DamagedFile(
                f"LibreOffice cannot open the file ({said or 'it gives no reason'})",
                expected="a complete Word file",
                remedy="open it in Word or WPS and save it as .docx",
            )
        refuse_above(made.stat().st_size, MAX_UNPACKED_BYTES, "bytes in what LibreOffice makes of the file")
        return made.read_bytes()


def write_profile(folder: Path) -> None:
    """Writes a profile of nothing but our settings."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _SETTINGS
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )


def _engine(program: Path) -> Path:
    beside = program.resolve().with_name(_ENGINE)
    return beside if beside.is_file() else program


def _run(command: list[str], folder: Path, timeout_s: float) -> str:
    """Runs the program until it is done and returns the last line it complains with."""
    ends_at = time.monotonic() + timeout_s
    complaint = b""
    for _ in range(_MOST_STARTS):
        code, complaint = _run_once(command, folder, ends_at - time.monotonic(), timeout_s)
        if code not in _START_AGAIN:
            break
    lines = [line for line in complaint.decode(errors="replace").splitlines() if line.startswith("Error")]
    return lines[-1].replace(str(folder), "") if lines else ""


def _run_once(command: list[str], folder: Path, left_s: float, timeout_s: float) -> tuple[int, bytes]:
    """Runs the program once, in a group of its own and with nothing of our environment."""
    process = subprocess.Popen(  # noqa: S603 (the program found, our own arguments)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"},
        process_group=0,  # its own group, to be ended with what it starts; our session, to end with us
        preexec_fn=_die_with_parent(),
    )
    try:
        _, complaint = process.communicate(timeout=max(left_s, 0.0))
    except subprocess.TimeoutExpired as error:
        raise ReadTimeout(
            f"LibreOffice took longer than {timeout_s:g} seconds to convert the file",
            expected="a document that can be converted within the limit",
            remedy="open it in Word or WPS and save it as .docx",
        ) from error
    finally:
        _end_group(process)
    return process.returncode, complaint


def _die_with_parent() -> Callable[[], None] | None:
    """What asks the kernel, in the child, to kill it when we are gone, even when we are killed; `None` elsewhere."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return partial(_call, prctl, _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def _call(function: Callable[..., int], *arguments: int) -> None:
    function(*arguments)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
