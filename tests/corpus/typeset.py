"""The one door to the typesetter: facts in, a file with its truth out.

from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset

made = typeset(random_facts(seed=7, family="final_2024"), Format.PDF)
made.content          # the bytes of the file
made.expected_values  # what must be read from it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.corpus.amounts import CellKind
from tests.corpus.compose import compose
from tests.corpus.facts import DocumentFacts, ExpectedForm, ExpectedValue
from tests.corpus.sentences import ExpectedFact, expected_facts
from tests.corpus.table import TypesetDocument
from tests.corpus.write_docx import DocxStyle, write_docx
from tests.corpus.write_html import HtmlStyle, write_html
from tests.corpus.write_ofd import OfdStyle, write_ofd
from tests.corpus.write_pdf import PdfStyle, write_pdf
from tests.corpus.write_tabbed_text import TabbedTextStyle, write_tabbed_text
from tests.corpus.write_whitespace_text import WhitespaceTextStyle, write_whitespace_text
from tests.corpus.write_xlsx import XlsxStyle, write_xlsx

Style = PdfStyle | XlsxStyle | DocxStyle | HtmlStyle | OfdStyle | TabbedTextStyle | WhitespaceTextStyle


class Format(StrEnum):
    """The file formats the typesetter knows; the value is what stands before the ending in a default name."""

    PDF = "pdf"
    XLSX = "xlsx"
    DOCX = "docx"
    HTML = "html"
    OFD = "ofd"
    TABBED_TEXT = "tabbed_text"
    WHITESPACE_TEXT = "whitespace_text"

    @property
    def ending(self) -> str:
        """The file name's ending, with its dot."""
        return ".txt" if self.value.endswith("_text") else f".{self.value}"


@dataclass(frozen=True, slots=True)
class Typeset:
    """A file of known content."""

    content: bytes
    ending: str
    expected_values: tuple[ExpectedValue, ...]
    expected_forms: tuple[ExpectedForm, ...]
    expected_facts: tuple[ExpectedFact, ...] = ()

    @property
    def expected_numbers(self) -> tuple[ExpectedValue, ...]:
        """The values that are numbers: what `fct_form_value` must hold."""
        return tuple(value for value in self.expected_values if value.cell_kind is CellKind.NUMBER)


def typeset(facts: DocumentFacts, file_format: Format, style: Style | None = None, *, is_demo: bool = False) -> Typeset:
    """Sets facts in a file format.

    Args:
        facts: from `facts_files.load_facts` or `random_facts.random_facts`.
        style: the style of that format's writer; `None` takes its defaults.
        is_demo: say on the first page that this is re-set from published figures.

    Raises:
        TypeError: the style belongs to another format.
    """
    document = compose(facts, is_demo=is_demo)
    return Typeset(
        content=write_document(document, file_format, style),
        ending=file_format.ending,
        expected_values=document.expected_values,
        expected_forms=tuple(form.form for form in document.forms),
        expected_facts=(
            *expected_facts((*facts.about, *facts.sentences)),
            *(fact for page in document.attachments for fact in page.note_facts),
        ),
    )


def write_document(document: TypesetDocument, file_format: Format, style: Style | None = None) -> bytes:
    """Writes a composed document in a file format.

    Raises:
        TypeError: the style belongs to another format.
    """
    writer, style_type = _WRITERS[file_format]
    if style is not None and not isinstance(style, style_type):
        raise TypeError(f"found {type(style).__name__} for {file_format}, expected {style_type.__name__}")
    return writer(document, style)


_WRITERS: dict[Format, tuple[Callable[..., bytes], type[Style]]] = {
    Format.PDF: (write_pdf, PdfStyle),
    Format.XLSX: (write_xlsx, XlsxStyle),
    Format.DOCX: (write_docx, DocxStyle),
    Format.HTML: (write_html, HtmlStyle),
    Format.OFD: (write_ofd, OfdStyle),
    Format.TABBED_TEXT: (write_tabbed_text, TabbedTextStyle),
    Format.WHITESPACE_TEXT: (write_whitespace_text, WhitespaceTextStyle),
}
