"""The account of numbers as the published file holds it: what became of every number, and the lines nobody read."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.published.documents import DocumentLine
from pipeline.published.warehouse import Connection, fetch

#: The category of `fct_issue` whose rows are the lines with unexplained numbers.
UNEXPLAINED = "unexplained_number"


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many numbers of one kind a document prints, and how many of those on pages with statutory forms."""

    document_id: str
    file_name: str
    number_kind: str
    token_count: int
    form_page_token_count: int


@dataclass(frozen=True, slots=True)
class UnexplainedLine:
    """A line or row with numbers nobody read; `message` counts and names them."""

    document_id: str
    form_id: str | None
    page_no: int | None
    row_no: int | None
    raw_text: str
    message: str


_KINDS = """
    select
        counts.document_id,
        (
            select min(document.file_name) from marts.dim_document as document
            where document.document_id = counts.document_id and document.status <> 'duplicate'
        ) as file_name,
        counts.number_kind,
        cast(sum(counts.token_count) as bigint) as token_count,
        cast(coalesce(sum(counts.token_count) filter (where counts.is_form_page), 0) as bigint) as form_page_token_count
    from marts.fct_number_account as counts
    where counts.document_id in (select unnest(?))
    group by counts.document_id, counts.number_kind
    order by file_name, counts.document_id, token_count desc, counts.number_kind
"""

_LINES = f"""
    select * from marts.fct_issue
    where category = '{UNEXPLAINED}' and document_id in (select unnest(?))
    order by document_id, page_no, row_no, issue_id
"""  # noqa: S608 (a constant of ours)


def list_kinds(connection: Connection, documents: list[DocumentLine]) -> list[KindCount]:
    """How many numbers of each kind these documents print, document by document, the commonest kind first."""
    return fetch(connection, KindCount, _KINDS, [sorted({document.document_id for document in documents})])


def list_unexplained(connection: Connection, documents: list[DocumentLine]) -> list[UnexplainedLine]:
    """The lines with unexplained numbers of these documents, in reading order."""
    return fetch(connection, UnexplainedLine, _LINES, [sorted({document.document_id for document in documents})])
