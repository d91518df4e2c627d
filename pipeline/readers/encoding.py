"""Which encoding Chinese text is in, told by its words: text files, web pages and the telling of types ask here."""

from __future__ import annotations

from charset_normalizer import from_bytes

from pipeline.errors import DamagedFile, UnsupportedFormat

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: Every disclosure has several of these; bytes decoded the wrong way have none.
_WORDS = ("预算", "决算", "单位", "部门", "支出", "收入", "合计", "年度")
_TRADITIONAL_WORDS = ("預算", "決算", "單位", "部門", "支出", "收入", "合計", "年度")
_MIN_WORDS = 2
_SAMPLE_BYTES = 200_000
#: Beyond this share of control or private characters a decoding is noise, not text.
_MAX_NOISE_SHARE = 0.02


def decode_text(data: bytes) -> str:
    r"""Decodes Chinese text: byte order mark, UTF-8, UTF-16 without a mark, GB18030, then statistics.

    Raises:
        UnsupportedFormat: Traditional characters in Big5: no mainland form is printed in them.
        DamagedFile: No encoding gives readable text.

    >>> decode_text("金额单位：万元".encode("gb18030"))
    '金额单位：万元'
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    for candidate in filter(None, ("utf-8", utf16_without_mark(data), "gb18030")):
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError:
            continue
        if _noise_share(text) <= _MAX_NOISE_SHARE:
            _refuse_big5(data, text)
            return text
    _refuse_big5(data, "")
    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    if best is None or _noise_share(str(best)) > _MAX_NOISE_SHARE:
        raise DamagedFile(
            "the bytes are not text in any known Chinese encoding",
            expected="UTF-8, GB18030 or UTF-16",
            remedy="open the file in an editor and save it as UTF-8",
        )
    return data.decode(best.encoding, errors="replace")


def utf16_without_mark(data: bytes) -> str | None:
    r"""Returns the byte order of UTF-16 text that lacks its mark, `None` where it is no such text.

    Any bytes can be UTF-16: only text that speaks of what every disclosure speaks of is taken for it.

    >>> utf16_without_mark("部门决算\n单位：元".encode("utf-16-be")), utf16_without_mark("部门决算".encode("gb18030"))
    ('utf-16-be', None)
    """
    sample = data[: min(_SAMPLE_BYTES, len(data)) // 2 * 2]
    return next((order for order in ("utf-16-le", "utf-16-be") if _speaks(sample, order, _WORDS)), None)


def _speaks(sample: bytes, encoding: str, words: tuple[str, ...]) -> bool:
    text = sample.decode(encoding, errors="replace")
    return sum(word in text for word in words) >= _MIN_WORDS and _noise_share(text) <= _MAX_NOISE_SHARE


def _refuse_big5(data: bytes, text: str) -> None:
    """Big5 bytes are nearly always GB18030 text too, without sense: only the words tell."""
    if any(word in text for word in _WORDS) or not _speaks(data[:_SAMPLE_BYTES], "big5hkscs", _TRADITIONAL_WORDS):
        return
    raise UnsupportedFormat(
        "text in the encoding Big5 (traditional characters)",
        expected="UTF-8, GB18030 or UTF-16, with the simplified characters of mainland forms",
        remedy="is it a mainland disclosure? If so, convert it to simplified characters and save it as UTF-8",
    )


def _noise_share(text: str) -> float:
    noise = sum(1 for c in text if (c < " " and c not in "\t\r\n\f\v") or "\ue000" <= c <= "\uf8ff" or c == "\ufffd")
    return noise / max(len(text), 1)
