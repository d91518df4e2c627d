"""The clause right before a figure: what it says besides topics and cues, of which year, against what.

What lives here: words alone. What must not: what a figure is about (`paragraph.py`).
"""

from __future__ import annotations

import re

from pipeline.parse.sentences.context import PRIOR_YEAR, Context
from pipeline.parse.sentences.figures import Figure
from pipeline.parse.sentences.gaps import BASE_BLANK, CHANGES, Named, Said, without_fillers
from pipeline.parse.sentences.phrase_file import phrases

_CLAUSE = re.compile(r"[。;,，:、!?“”#]")
#: Words that may stand between a topic and its number and change nothing.
_SOFT = re.compile(
    r"(?:相比|相较|采购|完成|成交|中标|对比|同期|情况|支出|收入|费用|经费|资金|财政拨款|拨款|安排|一般公共预算|预算|决算|金额|总额|数额|总计|合计|共计|小计"
    r"|年度|全年|本年|当年|年初|年末|同口径|本级|实际|部门|单位|其中|共有|总共|累计|截至|\d{4}年度?|\d{1,2}月\d{1,2}日"
    r"|[我本该](?:部门|单位|局|办|委|院|校|镇|乡|街道|站|所|队|会|厅|县|市|区)"
    r"|[的类款项数费共为是约有年度各均()\[\]“”《》\s#、/—-])*"
)
_YEAR = re.compile(r"(?P<year>20\d\d)年(?!\d{1,2}月)|(?P<last>上一?年度?(?!结|末|累)|去年)")
HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_ONE_HAN = re.compile(r"[\u4e00-\u9fff]")
_YEARS_BACK = 5
#: A sum of the figures before it, of several topics.
_SUM = re.compile(r"(?:以上|上述)?(?:合计|共计|总计|小计)")
_COMPARED = re.compile(rf"{BASE_BLANK}(?P<words>[^,，。;:#]*)$")
_COMPARING = re.compile(r"相比|相较|比较|对比")


def last_clause(words: str) -> str:
    """The words behind the last mark.

    >>> last_clause("收入总计,其中:基本支出")
    '基本支出'
    """
    return _CLAUSE.split(words)[-1]


def words_between(words: str, named: Named | None, said: Said | None, topic: str | None, *, is_sum: bool) -> str:
    """What the clause of a figure says besides a topic, a known cue and words that change nothing; often nothing.

    Args:
        words: Those before the figure.
        named: The topic they name, if any.
        said: What they say of it, if anything.
        topic: The topic at hand, which a plain 收入 or 支出 may deny.
        is_sum: Whether figures of several topics stand before, so that 合计 is of all of them.
    """
    clause = last_clause(words)
    begin = max(named.stop if named else 0, len(words) - len(clause))
    if named is None:
        plain = "支出" if topic in phrases().revenue_topics else "收入"
        rest = without_fillers(words[begin:])
        if rest.endswith(plain) or (is_sum and _SUM.match(clause)):
            return rest or clause
    between = _YEAR.sub("", without_fillers(words[begin : said.start if said else len(words)]))
    return "" if _SOFT.fullmatch(between) else between


def named_by(words: str) -> str:
    """The words of a figure's own clause, empty where they only count up: 电费 names an item, 共计 none."""
    clause = without_fillers(last_clause(words))
    return clause if _ONE_HAN.search(clause) else ""


def compared_with(context: Context) -> str | None:
    """The basis of a change: last year, its budget or execution, this year's budget; `None` where it is another.

    In a document of 2023 较2023年预算数 is this year's budget, and 与2019年相比 says nothing of last year.
    """
    base, year = context.base, context.fiscal_year
    if base.year is None or year is None or base.year == year - 1 or not base.id.startswith(PRIOR_YEAR):
        return base.id
    return "annual_budget" if base.year == year and base.id == "prior_year_budget" else None


def is_of_base(words: str, figure: Figure, said: Said | None) -> bool:
    """Whether an amount stands right behind what a change is measured against, and is no change itself."""
    if figure.kind != "amount" or (said and said.measure in CHANGES):
        return False
    tail = _COMPARED.search(words)
    return tail is not None and not _COMPARING.search(tail["words"])


def year_in(words: str, fiscal_year: int | None) -> int | None:
    """The year the words name last, if it can be the year of a figure."""
    year = None
    for match in _YEAR.finditer(words):
        found = int(match["year"]) if match["year"] else (fiscal_year - 1 if fiscal_year else None)
        if found and (fiscal_year is None or fiscal_year - _YEARS_BACK <= found <= fiscal_year + 1):
            year = found
    return year
