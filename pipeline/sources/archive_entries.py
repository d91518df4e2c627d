"""An archive of any kind -> its entries one after the other: name, kind, bytes as a stream.

What lives here: zip, tar, gzip, 7z, rar, and their errors in our words. What must not: where the bytes go, or limits.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import shutil
import stat
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

import py7zr
from py7zr import Py7zIO, WriterFactory
from py7zr.exceptions import ArchiveError, DecompressionBombError, PasswordRequired

from pipeline.errors import DamagedFile, EncryptedFile, MissingTool, UnsafeArchive


class ArchiveKind(StrEnum):
    """The kinds of archive we open; the value stands in `dim_document.media_type`."""

    ZIP = "archive/zip"
    TAR = "archive/tar"
    COMPRESSED = "archive/gzip"
    SEVEN_ZIP = "archive/7z"
    RAR = "archive/rar"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that is no folder. `stream` is read before the next entry is asked for.

    `is_special` marks links and devices, which have no bytes of their own (`stream` is `None`).
    """

    name: str
    is_special: bool
    stream: IO[bytes] | None


_MAGIC = (
    (b"7z\xbc\xaf\x27\x1c", ArchiveKind.SEVEN_ZIP),
    (b"Rar!\x1a\x07", ArchiveKind.RAR),
    (b"\x1f\x8b", ArchiveKind.COMPRESSED),
    (b"BZh", ArchiveKind.COMPRESSED),
    (b"\xfd7zXZ\x00", ArchiveKind.COMPRESSED),
)
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257
#: Zip files that are documents: their readers open them.
_DOCUMENT_PARTS = ("[content_types].xml", "ofd.xml", "mimetype")
#: 5,000 members with long names take 1 MB. The end of a zip is 22 bytes and a comment of 65,535 at most.
_MOST_DIRECTORY_BYTES, _ZIP_END_WITHIN = 20_000_000, 22 + 65_535
_IS_ENCRYPTED, _IS_UTF8 = 0x1, 0x800
_MOST_7Z_BYTES = 4_000_000_000
_DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, ArchiveError, py7zr.Bad7zFile, struct.error),
    *(EOFError, OSError, NotImplementedError, ValueError, KeyError, IndexError, TypeError),
)


def archive_kind(path: Path) -> ArchiveKind | None:
    """Tells from the first bytes whether a file is an archive; a .docx, .xlsx or .ofd is a document, not one.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as stream:
        head = stream.read(512)
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if kind is not None:
        return kind
    if head.startswith(_TAR_MARK, _TAR_MARK_AT):
        return ArchiveKind.TAR
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")) and not _is_document(path):
        return ArchiveKind.ZIP
    return None


def _is_document(path: Path) -> bool:
    """Whether a zip is an office document. One that cannot be opened is left to the readers, which say why."""
    if _directory_bytes(path) > _MOST_DIRECTORY_BYTES:
        return True
    try:
        with zipfile.ZipFile(path) as package:
            return any(name.lower().lstrip("/") in _DOCUMENT_PARTS for name in package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):  # the last: a version Python does not know
        return True


def _directory_bytes(path: Path) -> int:
    """How long a zip says its table of contents is; 0 where it does not say.

    Asked before Python reads the table, which makes half a kilobyte of every entry of fifty bytes.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _ZIP_END_WITHIN))
        tail = stream.read(_ZIP_END_WITHIN)
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turns what the libraries raise for bad archives into our errors."""
    try:
        yield
    except (PasswordRequired, RuntimeError) as error:
        raise EncryptedFile("the archive asks for a password", remedy="ask the publisher for an open copy") from error
    except DecompressionBombError as error:
        raise UnsafeArchive(
            f"the archive unpacks to more than {_MOST_7Z_BYTES:,} bytes", remedy="unpack it by hand"
        ) from error
    except _DAMAGE as error:
        raise DamagedFile(
            f"the archive cannot be read to its end ({type(error).__name__}: {error})",
            expected="a complete archive",
            remedy="fetch it again, or unpack it by hand and add the documents",
        ) from error


def archive_entries(path: Path, kind: ArchiveKind, name: str) -> Iterator[Entry]:
    """Yields the entries of an archive in its order, folders left out.

    `name` is what the archive is called; a compressed file (决算.txt.gz) gives its one entry the rest of it.

    Raises:
        EncryptedFile: It asks for a password.
        MissingTool: A .rar, and there is no bsdtar.
        DamagedFile: It cannot be read to its end; what was yielded before must not be used.
    """
    readers: dict[ArchiveKind, Callable[[Path], Iterator[Entry]]] = {
        ArchiveKind.ZIP: _zip_entries,
        ArchiveKind.TAR: _tar_entries,
        ArchiveKind.COMPRESSED: lambda path: _compressed_entries(path, name),
        ArchiveKind.SEVEN_ZIP: _seven_zip_entries,
        ArchiveKind.RAR: _rar_entries,
    }
    with translated_errors():
        yield from readers[kind](path)


def decode_name(raw: bytes) -> str:
    """Decodes a member's name as Chinese programs write it: UTF-8, or GBK.

    >>> decode_name("决算.pdf".encode("gbk"))
    '决算.pdf'
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="backslashreplace")


def _zip_entries(path: Path) -> Iterator[Entry]:
    with zipfile.ZipFile(path) as package:
        for info in package.infolist():
            raw = info.orig_filename if info.flag_bits & _IS_UTF8 else decode_name(info.orig_filename.encode("cp437"))
            if info.is_dir() or raw.endswith(("/", "\\")):
                continue
            if info.flag_bits & _IS_ENCRYPTED:
                raise PasswordRequired
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                yield Entry(raw, True, None)
                continue
            with package.open(info) as stream:
                yield Entry(raw, False, stream)


def _tar_entries(path: Path) -> Iterator[Entry]:
    with tarfile.open(path, "r:*") as package:
        yield from _members(package)


def _members(package: tarfile.TarFile) -> Iterator[Entry]:
    for member in package:
        name = decode_name(member.name.encode("utf-8", errors="surrogateescape"))
        if member.isdir():
            continue
        yield Entry(name, not member.isfile(), package.extractfile(member) if member.isfile() else None)


def _compressed_entries(path: Path, name: str) -> Iterator[Entry]:
    """A compressed tar, or one compressed file."""
    with _open_compressed(path) as unpacked:
        is_tar = unpacked.read(512).startswith(_TAR_MARK, _TAR_MARK_AT)
    if is_tar:
        yield from _tar_entries(path)
        return
    with _open_compressed(path) as unpacked:
        yield Entry(re.sub(r"\.(gz|bz2|xz)$", "", name, flags=re.IGNORECASE), False, unpacked)


def _open_compressed(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        head = stream.read(3)
    module = bz2 if head == b"BZh" else gzip if head.startswith(b"\x1f\x8b") else lzma
    opened: IO[bytes] = module.open(path)
    return opened


class _Parts(WriterFactory):
    """Where py7zr writes: files numbered in the order asked for, whatever the members call themselves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.paths: list[tuple[str, Path]] = []

    def create(self, filename: str) -> Py7zIO:
        """Returns a file of our own for a member."""
        path = self._folder / str(len(self.paths))
        self.paths.append((filename, path))
        return _Part(path)


class _Part(Py7zIO):
    """One member on disk."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("w+b")

    def write(self, s: bytes | bytearray) -> int:
        """Appends bytes."""
        return self._stream.write(s)

    def read(self, size: int | None = None) -> bytes:
        """Reads back, for the check sum."""
        return self._stream.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Moves to a place."""
        return self._stream.seek(offset, whence)

    def flush(self) -> None:
        """Writes what is held back."""
        self._stream.flush()

    def size(self) -> int:
        """How many bytes stand in the file."""
        return self._stream.seek(0, 2)

    def close(self) -> None:
        """Ends the file."""
        self._stream.close()


def _seven_zip_entries(path: Path) -> Iterator[Entry]:
    with (
        tempfile.TemporaryDirectory(prefix="gongkai-7z-") as name,
        py7zr.SevenZipFile(path, max_extract_size=_MOST_7Z_BYTES) as package,
    ):
        if package.needs_password():
            raise PasswordRequired
        listed = package.list()
        yield from (Entry(info.filename, True, None) for info in listed if info.is_symlink)
        names = [info.filename for info in listed if not info.is_directory and not info.is_symlink]
        parts = _Parts(Path(name))
        package.extract(targets=names, factory=parts)
        for member, part in parts.paths:
            with part.open("rb") as stream:
                yield Entry(member, False, stream)


def _rar_entries(path: Path) -> Iterator[Entry]:
    """Has bsdtar turn the archive into a tar, which is read as it comes; nothing is written to disk."""
    program = shutil.which("bsdtar")
    if program is None:
        raise MissingTool(
            "a .rar archive, and bsdtar is not installed",
            expected="the program bsdtar on the PATH",
            remedy="install it (Debian, Ubuntu: apt install libarchive-tools), or unpack the archive by hand",
        )
    command = [program, "-cf", "-", "--format=pax", f"@{path.absolute()}"]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(  # noqa: S603 (the program found, our own arguments)
            command, stdout=subprocess.PIPE, stderr=complaints, env={"LC_ALL": "C.UTF-8"}
        ) as process,
    ):
        failure: tarfile.TarError | None = None
        is_over = False
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as package:
                yield from _members(package)
            is_over = True
        except tarfile.TarError as error:
            failure, is_over = error, True  # what bsdtar says tells more
        finally:
            if not is_over:
                process.kill()
        process.communicate()
        if process.returncode:
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().rsplit("\n", 1)[-1]
            raise PasswordRequired if "ncrypt" in said or "assphrase" in said else tarfile.ReadError(said)
        if failure is not None:
            raise failure
