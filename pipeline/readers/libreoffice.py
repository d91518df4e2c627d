"""LibreOffice as a converter: an old format in, .docx out, in a temporary folder and under a time limit.

What lives here: finding the program, its profile folders, running it. What must not: knowing what a document says.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import DamagedFile, MissingTool, ReadTimeout

#: Where the program stands when it is not on the PATH (macOS).
_OTHER_PLACES = ("/Applications/LibreOffice.app/Contents/MacOS/soffice",)
#: A real .doc takes 1.5 s; two minutes means that it hangs. Below the limit of one document, so that we end it.
TIMEOUT_S = 120.0
#: One profile folder serves one program at a time; more than this many workers wait for each other.
_MAX_PROFILES = 64
_OPTIONS = ("--headless", "--invisible", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
_TO_DOCX = "docx:MS Word 2007 XML"
#: Its writer part, beside the program; a LibreOffice for tables only does not have it.
_WRITER_LIBRARY = "libswlo.so"


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
    """
    program = find_libreoffice()
    with tempfile.TemporaryDirectory(prefix="gongkai-convert-") as name, _own_profile() as (profile, lock):
        folder = Path(name)
        (folder / f"document{ending}").write_bytes(data)
        command = [
            str(program),
            f"-env:UserInstallation={profile.as_uri()}",
            *_OPTIONS,
            f"--infilter={import_filter}",
            "--convert-to",
            _TO_DOCX,
            "--outdir",
            str(folder / "out"),
            str(folder / f"document{ending}"),
        ]
        said = _run(command, lock, timeout_s)
        made = folder / "out" / "document.docx"
        if not made.is_file():
            raise DamagedFile(
                f"LibreOffice cannot open the file ({said or 'it gives no reason'})",
                expected="a complete Word file",
                remedy="open it in Word or WPS and save it as .docx",
            )
        return made.read_bytes()


def _run(command: list[str], lock: int, timeout_s: float) -> str:
    """Runs the program in a group of its own and returns the last line it complains with."""
    process = subprocess.Popen(  # noqa: S603 (the program found, our own arguments)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        pass_fds=(lock,),  # the profile stays taken while the program lives, even when we are killed
    )
    try:
        _, complaint = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise ReadTimeout(
            f"LibreOffice took longer than {timeout_s:g} seconds to convert the file",
            expected="a document that can be converted within the limit",
            remedy="open it in Word or WPS and save it as .docx",
        ) from error
    finally:
        _end_group(process)
    lines = [line for line in complaint.decode(errors="replace").splitlines() if line.startswith("Error")]
    return lines[-1] if lines else ""


def _end_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@contextmanager
def _own_profile() -> Iterator[tuple[Path, int]]:
    """Yields a profile folder that no other process uses, and the lock that says so.

    Profiles are kept between documents and runs: making one costs half a second.
    """
    root = Path(tempfile.gettempdir()) / f"gongkai-libreoffice-{os.getuid()}"
    root.mkdir(mode=0o700, exist_ok=True)
    if root.is_symlink() or root.stat().st_uid != os.getuid():
        root = Path(tempfile.mkdtemp(prefix="gongkai-libreoffice-"))
    for number in range(_MAX_PROFILES):
        lock = os.open(root / f"{number}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            is_last = number == _MAX_PROFILES - 1
            fcntl.flock(lock, fcntl.LOCK_EX if is_last else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield root / str(number), lock
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
        return
