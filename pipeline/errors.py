"""The one error tree. Every error says where it happened, what was found, what to do.

Leaves are named for the fact. A raised error stops a document; what spoils one cell is an
`Issue` (see `pipeline.model.extract`), never an exception.
"""

from __future__ import annotations


class FiscalError(Exception):
    """Base of all our errors, carrying where: document, page, cell.

    Args:
        found: What was met, in the words of the document where possible.
        expected: What would have been right.
        remedy: What the person running the tool can do.
    """

    def __init__(
        self,
        found: str,
        *,
        expected: str = "",
        remedy: str = "",
        document: str | None = None,
        page_no: int | None = None,
        cell: str | None = None,
    ) -> None:
        self.found = found
        self.expected = expected
        self.remedy = remedy
        self.document = document
        self.page_no = page_no
        self.cell = cell
        super().__init__(str(self))

    @property
    def category(self) -> str:
        """The fact's name as stored in `fct_issue.category`, e.g. `EncryptedFile` -> `encrypted_file`."""
        name = type(self).__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")

    def __str__(self) -> str:
        parts = [self.found]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.remedy:
            parts.append(f"to do: {self.remedy}")
        return "; ".join(parts)


class SourceError(FiscalError):
    """The file as such cannot be taken in."""


class EmptyFile(SourceError):
    """The file has no bytes, or no characters other than white space."""


class FileTooLarge(SourceError):
    """The file is larger than one disclosure document can sensibly be."""


class UnreadableFile(SourceError):
    """The operating system does not let us read the file."""


class UnsafeArchive(SourceError):
    """An archive holds paths outside itself, or unpacks to far more than it is."""


class ReadError(FiscalError):
    """The bytes cannot be turned into a document."""


class UnsupportedFormat(ReadError):
    """The content is of a kind no reader knows."""


class DamagedFile(ReadError):
    """The content starts like a known format and cannot be opened."""


class EncryptedFile(ReadError):
    """The file asks for a password."""


class NoTextLayer(ReadError):
    """The pages are pictures: there are no characters to read."""


class MissingTool(ReadError):
    """Reading this format needs a program that is not installed."""


class ReadTimeout(ReadError):
    """Reading took longer than the limit for one document."""


class OutOfMemory(ReadError):
    """Reading needs more memory than one document is given."""


class NoRoom(ReadError):
    """There was no room for the temporary files of a document: no fault of its own, it is read again next night."""


class BeyondLimits(ReadError):
    """The document holds more pages, cells, pixels, parts or levels than a disclosure can have."""


class WorkerCrashed(ReadError):
    """The process that read the document died (out of memory, or a fault in a native library)."""


class FormError(FiscalError):
    """The document's forms cannot be told."""


class UnknownForm(FormError):
    """No statutory form was recognised anywhere in the document."""


class GovernmentWideDocument(FormError):
    """The document is a whole government's, and holds none of its tables that are read: set aside by name."""


class ParseError(FiscalError):
    """A recognised form cannot be turned into values."""


class CodeError(FiscalError):
    """Names, codes, departments or regions cannot be resolved."""


class ContractError(FiscalError):
    """Our own tables do not have the promised shape."""


class CatalogueError(ContractError):
    """A catalogue file does not follow its schema."""


class SchemaMismatch(ContractError):
    """A frame to be written does not match its Parquet schema."""


class BadSetting(ContractError):
    """A setting does not have the type or range it needs."""


class RefusedAlert(ContractError):
    """The address that alerts are posted to did not take one."""


class BadManifest(SourceError):
    """MANIFEST.csv cannot be read as a table of file names."""


class AnotherRun(ContractError):
    """Another run is writing to the same warehouse."""


class UnknownDocument(ContractError):
    """A document asked for does not stand in the warehouse, or its name is not unique."""


class ClusterLost(ContractError):
    """The cluster that should read the documents does not answer, or has nobody left to work."""


class ClusterMisfit(ContractError):
    """A machine of the cluster has other code, or does not see the folders."""


class BuildFailed(ContractError):
    """The dbt build failed: nothing is published and the last good file stays."""


class UnknownValue(ContractError):
    """A value_id asked for does not stand in the warehouse."""


class BadQuery(ContractError):
    """A question asked of the published file cannot be answered."""


class NoDocuments(SourceError):
    """The folder of raw documents holds none."""


class NoWarehouse(ContractError):
    """The published file is not there yet."""


class BadFolder(SourceError):
    """A folder does not exist, or cannot be written to."""


class UnknownChoice(ContractError):
    """A region, year, phase or department type asked for is not in the comparison tables."""


class FileInUse(ContractError):
    """A file to be written is open in another program, or may not be written."""


class BadSourceList(SourceError):
    """The list of disclosure pages, or one line of it, cannot be used."""


class BadJournal(SourceError):
    """The journal of fetches is missing beside fetched files, or cannot be read."""


class AnotherFetch(SourceError):
    """Another fetch is writing to the same raw folder."""


class RefusedAddress(SourceError):
    """An address that is never asked for: not http or https, with a password in it, or inside our own network."""


class RobotsForbid(SourceError):
    """The publisher's robots.txt forbids the address, or cannot be had."""


class NoAnswer(SourceError):
    """The server cannot be reached, broke off, or took too long."""


class TooSlow(NoAnswer):
    """The answer did not end within its time: the next fetch goes on where it broke off."""


class ServerBusy(SourceError):
    """The server answered that it cannot serve us now (429, 5xx)."""

    #: How long it asks us to stay away; `None` where it does not say.
    retry_after_s: float | None = None


class LeftAlone(ServerBusy):
    """The host is not asked again in this fetch: it was down too often, or wants us to stay away."""


class BadAnswer(SourceError):
    """The server answered with something that is no document, or not the one it promised."""


class TooManyFailures(SourceError):
    """More addresses failed than a fetch tolerates."""


class DamagedNight(ContractError):
    """The kept file of a night is gone, or is no longer what was published."""


class UnknownNight(ContractError):
    """A night asked for is not kept, or its name is not unique."""


class PublishBlocked(ContractError):
    """A built night differs from the last good one by more than the stated limits: it is not published."""


class PublishHeld(ContractError):
    """Somebody went back to an older night: nothing is published until it is accepted."""


class StaleWarehouse(ContractError):
    """The last good night is older than asked for."""


class NoSpace(ContractError):
    """The disk is full, or a quota is."""


class ReadOnlyFolder(ContractError):
    """A folder we must write to cannot be written to."""
