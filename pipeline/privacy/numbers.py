"""Telephone, identity, passport and account numbers and e-mail addresses, by their own shape.

What lives here: what a number looks like. What must not: which label stands before it.
"""

from __future__ import annotations

import re
from datetime import date

#: Gaps within a number, as people and line breaks put them.
_GAP = r"[ \t\u3000\n\r-]?"
_NOT_BEFORE = r"(?<![\d.,，A-Za-z_])"
#: Behind a figure stands its unit, a decimal or another digit; none of these follows a telephone number.
_NOT_AFTER = r"(?![\dA-Za-z_]|[.,，]\d|\s*(?:[万亿]?元|%|％))"

_MOBILE_DIGITS = rf"1[3-9](?:{_GAP}\d){{9}}"
_LANDLINE = r"[(（]?0\d{2,3}[)）]?[ \t-]{0,2}\d{7,8}(?:\s?[-转]\s?\d{1,6})?"
_SHORT = r"[2-8]\d{6,7}"
_COUNTRY = r"(?:\+?\s?86[ -]?)?"

#: A mobile number that nothing but its shape speaks for: unbroken, or in its three groups with hyphens.
BARE_MOBILE = re.compile(rf"{_NOT_BEFORE}{_COUNTRY}1[3-9]\d(?:-\d{{4}}-\d{{4}}|\d{{8}}){_NOT_AFTER}(?!-\d)")
#: A number behind a label, in any grouping.
_ENDED = r"(?!\d|[.,，]\d)"
LABELLED_MOBILE = re.compile(rf"{_COUNTRY}{_MOBILE_DIGITS}{_ENDED}")
LABELLED_FULL_TELEPHONE = re.compile(rf"(?:{_COUNTRY}{_MOBILE_DIGITS}|{_LANDLINE}){_ENDED}")
LABELLED_TELEPHONE = re.compile(rf"(?:{_COUNTRY}{_MOBILE_DIGITS}|{_LANDLINE}|{_SHORT}){_ENDED}")
LABELLED_PASSPORT = re.compile(rf"[A-Za-z]{{1,2}}\d{{7,8}}{_ENDED}")
LABELLED_ACCOUNT = re.compile(rf"\d(?:{_GAP}[\d*]){{11,24}}{_ENDED}")
LABELLED_IDENTITY = re.compile(rf"\d(?:{_GAP}[\d*]){{13,16}}{_GAP}[\dXx*](?![A-Za-z]){_ENDED}")
_IDENTITY = re.compile(rf"{_NOT_BEFORE}\d{{6}}{_GAP}(?:\d{_GAP}){{8}}\d{{3}}[\dXx](?![\dA-Za-z]|[.,，]\d)")
#: Before the sign stand at most 64 characters (RFC 5321).
EMAIL = re.compile(r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

#: GB 11643-1999: weights of the first 17 digits, and the check character of each remainder by 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_EARLIEST_BIRTH = 1900
_REGION_CODES = range(11, 83)


def find_identities(text: str) -> list[tuple[int, int]]:
    """Where numbers of 18 digits stand whose region, date of birth and check digit are right."""
    return [found.span() for found in _IDENTITY.finditer(text) if is_identity_number(found.group())]


def is_identity_number(text: str) -> bool:
    """Whether 18 digits are an identity number (GB 11643-1999).

    >>> is_identity_number("11010519491231002X"), is_identity_number("140431220000000001")
    (True, False)
    """
    digits = "".join(c for c in text if c.isalnum()).upper()
    if len(digits) != len(_WEIGHTS) + 1 or int(digits[:2]) not in _REGION_CODES:
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    remainder = sum(int(digit) * weight for digit, weight in zip(digits[:-1], _WEIGHTS, strict=True)) % 11
    return born.year >= _EARLIEST_BIRTH and digits[-1] == _CHECKS[remainder]
