"""The outside of an OFD file (GB/T 33190): a zip of XML parts that name each other. No geometry here."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from pipeline.errors import DamagedFile, EncryptedFile
from pipeline.readers.limits import check_parts, refuse_document_type
from pipeline.readers.package_errors import PACKAGE_ERRORS

ROOT_PART = "OFD.xml"
#: A page of 100,000 objects has about 30 MB of XML; more is a bomb.
_MAX_PART_BYTES = 100_000_000
#: Parts that only a package encrypted by GM/T 0099 has.
_ENCRYPTION_PARTS = ("encryptions.xml", "decryptseed.dat", "encryptentries.xml")


@dataclass(frozen=True, slots=True)
class PagePart:
    """One page: its own XML, its size, the template pages below and above it, and what all may place by ID.

    `units` are drawings, `media` the paths of the picture files.
    """

    root: etree._Element
    box: str | None
    below: tuple[etree._Element, ...]
    above: tuple[etree._Element, ...]
    units: dict[str, etree._Element] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)


class OfdPackage:
    """An OFD package open in memory.

    Raises:
        EncryptedFile: Its parts are encrypted.
        DamagedFile: The zip or its first part cannot be read.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            check_parts(self._zip.infolist())
            refuse_document_type(self._zip)
        except PACKAGE_ERRORS as error:
            raise _damaged(f"the zip cannot be opened ({error})") from error
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in self._zip.namelist()}
        if any(posixpath.basename(name) in _ENCRYPTION_PARTS for name in self._names):
            raise EncryptedFile("the OFD file is encrypted", remedy="ask the publisher for an open copy")

    def pages(self) -> Iterator[PagePart]:
        """Yields the pages of every document in the package, in order.

        Raises:
            DamagedFile: A part that another names is missing or broken.
        """
        for body in self.part(ROOT_PART).iterfind("{*}DocBody"):
            path = (body.findtext("{*}DocRoot") or "").strip()
            if not path:
                raise _damaged("OFD.xml names a document without saying where it is")
            yield from self._pages_of(_join("", path))

    def _pages_of(self, path: str) -> Iterator[PagePart]:
        document = self.part(path)
        common = document.find("{*}CommonData")
        box = document.findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox")
        templates: dict[str, tuple[etree._Element, str]] = {}
        for template in [] if common is None else common.iterfind("{*}TemplatePage"):
            content = self.part(_join(path, template.get("BaseLoc", "")))
            templates[template.get("ID", "")] = (content, template.get("ZOrder", "Background"))
        resources = list(self._resources(document, path))
        units = {unit.get("ID", ""): unit for _, root in resources for unit in root.iter("{*}CompositeGraphicUnit")}
        media = dict(_media(resources))
        for page in document.iterfind("{*}Pages/{*}Page"):
            part = self._page(self.part(_join(path, page.get("BaseLoc", ""))), box, templates)
            yield replace(part, units=units, media=media)

    def _page(
        self,
        root: etree._Element,
        box: str | None,
        templates: dict[str, tuple[etree._Element, str]],
    ) -> PagePart:
        below: list[etree._Element] = []
        above: list[etree._Element] = []
        for used in root.iterfind("{*}Template"):
            if used.get("TemplateID") not in templates:
                raise _damaged(f"a page uses the template {used.get('TemplateID')}, which the document does not have")
            template, order = templates[used.get("TemplateID", "")]
            (above if used.get("ZOrder", order) == "Foreground" else below).append(template)
        own_box = root.findtext("{*}Area/{*}PhysicalBox")
        return PagePart(root, own_box or box, tuple(below), tuple(above))

    def _resources(self, document: etree._Element, path: str) -> Iterator[tuple[str, etree._Element]]:
        """Yields the resource files with their paths; a missing one loses no text."""
        for name in ("PublicRes", "DocumentRes"):
            for resource in document.iterfind(f"{{*}}CommonData/{{*}}{name}"):
                part = _join(path, (resource.text or "").strip())
                if part.lower() in self._names:
                    yield part, self.part(part)

    def part(self, path: str) -> etree._Element:
        """Returns a part's XML.

        Raises:
            EncryptedFile: The zip asks for a password.
            DamagedFile: The part is missing, cut off or no XML.
        """
        content = self.media(path)
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, huge_tree=True)
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise _damaged(f"the part {path} cannot be read ({type(error).__name__})") from error

    def media(self, path: str) -> bytes:
        """Returns a part's bytes.

        Raises:
            EncryptedFile: The zip asks for a password.
            DamagedFile: The part is missing or cut off.
        """
        name = self._names.get(path.lower())
        if name is None:
            raise _damaged(f"the part {path or '(no name)'} is missing")
        try:
            with self._zip.open(name) as stream:
                content = stream.read(_MAX_PART_BYTES + 1)
            if len(content) > _MAX_PART_BYTES:
                raise _damaged(f"the part {path} is larger than {_MAX_PART_BYTES:,} bytes")
            return content
        except RuntimeError as error:
            raise EncryptedFile(
                "the OFD file asks for a password", remedy="ask the publisher for an open copy"
            ) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise _damaged(f"the part {path} cannot be read ({type(error).__name__})") from error


def _media(resources: Iterable[tuple[str, etree._Element]]) -> Iterator[tuple[str, str]]:
    """Yields ID and path of each picture file that the resource files name."""
    for part, root in resources:
        folder = _join(part, f"{root.get('BaseLoc', '')}/") if root.get("BaseLoc") else posixpath.dirname(part)
        for media in root.iter("{*}MultiMedia"):
            name = (media.findtext("{*}MediaFile") or "").strip()
            yield media.get("ID", ""), _join(f"{folder}/", name)


def _join(base: str, path: str) -> str:
    """Where a part lies that another names: beside it, or from the root when it begins with a slash.

    >>> _join("Doc_0/Document.xml", "Pages/Page_0/Content.xml")
    'Doc_0/Pages/Page_0/Content.xml'
    >>> _join("Doc_0/Document.xml", "/Doc_0/PublicRes.xml")
    'Doc_0/PublicRes.xml'
    """
    path = path.replace("\\", "/")
    joined = path if path.startswith("/") else posixpath.join(posixpath.dirname(base), path)
    return posixpath.normpath(joined).lstrip("/")


def _damaged(found: str) -> DamagedFile:
    return DamagedFile(found, expected="a complete OFD file", remedy="fetch the file again, or use the publisher's PDF")
