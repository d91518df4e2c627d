"""Whatever text is printed, the parsers of cells, units and names give an answer or none, and never fail."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import FiscalError
from pipeline.forms.titles import form_no_of, phase_of_title, title_key
from pipeline.model.text import match_key, numbering_depth, squeeze
from pipeline.normalise.dates import read_date
from pipeline.parse.amounts import is_number_like, is_too_large, precision_yuan, read_amount, to_yuan
from pipeline.privacy.withhold import withhold_in_text
from pipeline.readers.html import decode_html
from pipeline.readers.sniff import MediaType, sniff_media_type
from pipeline.readers.text import decode_text
from pipeline.sources.archives import safe_path

FEW = settings(max_examples=150, deadline=None)
#: What stands on pages, what does not, and what looks like a number.
_PRINTED = "0123456789,.，．-－—()（）%万元亿 合计一二\t\n\u3000\u202e①²٣"
ANY_TEXT = st.text() | st.text(st.sampled_from(_PRINTED), max_size=40)


@FEW
@given(ANY_TEXT)
def test_an_amount_is_a_finite_number_with_its_digits_or_none(text: str) -> None:
    reading = read_amount(text)
    if reading.number is not None:
        assert reading.number.is_finite()
        digits = [character for character in str(reading.number.copy_abs()) if character.isdigit()]
        assert len(digits) <= len(text) + 1
        if not is_too_large(reading.number, "万元"):
            yuan, _ = to_yuan(reading.number, "万元")
            assert abs(yuan - reading.number * 10_000) <= Decimal("0.005")
    is_number_like(text)


@FEW
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=2))
def test_an_amount_printed_is_the_amount_read(number: Decimal) -> None:
    assert read_amount(f"{number:,.2f}").number == number
    assert read_amount(f" {number:.2f}\n").number == number


@FEW
@given(st.integers(0, 12), st.sampled_from(("元", "万元", "亿元")))
def test_the_size_of_the_last_digit_is_positive(decimals: int, unit: str) -> None:
    assert precision_yuan(decimals, unit) > 0


@FEW
@given(ANY_TEXT)
def test_names_titles_and_dates_fold_to_text_or_nothing(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)
    assert not any(character.isspace() for character in match_key(text))
    title_key(text)
    phase_of_title(text)
    form_no_of(text)
    numbering_depth(text)
    read_date(text)
    assert "13800138000" not in withhold_in_text(f"{text} 联系电话：13800138000")


@FEW
@given(st.binary(max_size=600) | ANY_TEXT.map(lambda text: text.encode("gb18030", errors="replace")))
def test_bytes_are_of_a_kind_and_decoded_or_refused(data: bytes) -> None:
    for read in (sniff_media_type, decode_text, decode_html):
        try:
            found = read(data)
        except FiscalError:
            continue
        assert isinstance(found, str | MediaType)


@FEW
@given(st.text(st.sampled_from("a./\\ C:决\0\n"), max_size=20))
def test_a_members_path_stays_below_its_archive(name: str) -> None:
    try:
        path = safe_path(name)
    except FiscalError:
        return
    assert not path.startswith("/")
    assert ".." not in path.split("/")
