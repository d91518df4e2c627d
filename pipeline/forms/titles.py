"""Is this line the title of a statutory form, and of which? Longest match wins, numbers are not trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model.form import FormSpec, Issuer, Phase, RowKind
from pipeline.model.text import match_key

#: No printed title is longer; sentences that mention a form are.
MAX_TITLE_LENGTH = 70
_QUOTES = re.compile(r"[“”\"'‘’《》「」〝〞]")
_PREFIX_NO = re.compile(
    r"^(附?表[一二三四五六七八九十\d]+(-\d+)*[:.、]?|(部门|预算)?公开\d*表?\d*[:.、]?|附件\d*[:.、]?"
    r"|[(]?[一二三四五六七八九十]+[)、.]|\d+[.、])"
)
_SENTENCE = re.compile(r"[。,;!?]|:.{8}|…|\.{3,}")
_SUFFIX = r"(\((单位|部门|续|续表|本年预算|不含上年结转|.{0,12})\)|续表?)*$"
_TAIL_PAGE_NO = re.compile(r"[.·…\s]*\d{1,3}$")
#: What may stand before a title: nothing, a year, or a body's name (a word ending like one).
_ALLOWED_PREFIX = re.compile(
    r"^(.{0,40}(部门|单位|局|办|委|委员会|中心|院|校|站|所|队|会|厅|处|镇|乡|街道|政府|公室|室|本级|市|县|区|园|馆|台|社|团|组|部|集团|公司|系统))?"
    r"(\d{4}年?度?)?((部门|单位)?(预算|决算)?)$|^.{0,40}\d{4}年?度?(预算)?(部门|单位)?(预算|决算)?$"
)
_FUND_WORDS = re.compile(r"(一般公共|政府性?基金|国有资本经营|公共财政|政府|部门(?=预算经济))预算")


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A line that names a form: the spec and the title as printed (white space taken out).

    A bare title lacks the word 表: it is a heading unless a table follows right below it. An empty one stands for a
    table that nothing but its own header names.
    """

    spec: FormSpec
    title: str
    is_bare: bool = False


def title_key(text: str) -> str:
    """Folds a line to what titles are compared by: no width, white space, quotes, ordinal or form number.

    >>> title_key("九、财政拨款“三公”经费支出决算表")
    '财政拨款三公经费支出决算表'
    """
    key = _QUOTES.sub("", match_key(text))
    return _PREFIX_NO.sub("", key)


def match_title(text: str, specs: tuple[FormSpec, ...]) -> TitleMatch | None:
    """Returns the form a line is the title of, or `None`.

    A title ends the line (but for brackets), and what stands before it is a year or a body's name.
    """
    if not text or len(text) > MAX_TITLE_LENGTH * 2:
        return None
    key = title_key(text)
    bare = next((spec for spec in specs if any(title.fullmatch(key) for title in spec.bare_titles)), None)
    if bare:
        return TitleMatch(bare, match_key(text), is_bare=True)
    if not key or len(key) > MAX_TITLE_LENGTH or ("表" not in key[-14:] and "报告" not in key[-4:]):
        return None
    if _SENTENCE.search(key) or _TAIL_PAGE_NO.search(key):
        return None
    found: list[tuple[int, int, FormSpec]] = []
    for order, spec in enumerate(specs):
        length = _match_length(key, spec)
        if length:
            found.append((length, -order, spec))
    if not found:
        return None
    return TitleMatch(max(found, key=lambda item: item[:2])[2], match_key(text))


def _match_length(key: str, spec: FormSpec) -> int:
    """Returns how many characters of the key the form's title covers, 0 for no match."""
    best = 0
    for pattern in spec.titles:
        match = re.search(f"(?:{pattern.pattern}){_SUFFIX}", key)
        # the title of an attachment begins with its project's name, a government's with its region, level and year
        is_named = spec.row_kind is RowKind.ATTACHMENT or spec.issued_by is Issuer.GOVERNMENT
        if not match or not (is_named or _ALLOWED_PREFIX.match(key[: match.start()])):
            continue
        if any(bad.search(key) for bad in spec.not_titles):
            continue
        best = max(best, match.end() - match.start())
    return best


def phase_of_title(title: str) -> Phase | None:
    """Returns budget or final accounts as the title says, `None` where it names only a fund.

    >>> phase_of_title("一般公共预算财政拨款支出决算表").value
    'final_accounts'
    >>> phase_of_title("一般公共预算支出表") is None
    True
    """
    if "决算" in title:
        return Phase.FINAL_ACCOUNTS
    return Phase.BUDGET if "预算" in _FUND_WORDS.sub("", title) else None


def form_no_of(text: str) -> str | None:
    """Returns a printed form number (公开01表, 附表3-1) where the line is nothing else.

    >>> form_no_of("公开 01 表")
    '公开01表'
    """
    key = match_key(text)
    is_number = re.fullmatch(r"((部门|单位)?(预算|决算)?公开|附)?表?\d{1,2}(-\d{1,2})?表?", key)
    return key if is_number and "表" in key else None
