"""What stands between a form's title and its header: unit, organisation, year."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.model.form import CODED_BODY, Body, UnitReading
from pipeline.model.grid import TextLine
from pipeline.model.text import match_key

UNITS = ("亿元", "百万元", "万元", "千元", "元")
_UNIT = re.compile(r"(?:金额|计量)?单位[:为]?(?:人民币)?[:]?[(]?(亿元|百万元|万元|千元|元)")
_UNIT_IN_HEADER = re.compile(r"[(](?:单位:)?(亿元|百万元|万元|千元|元)[)]")
#: A line that belongs to no table: it names the body, the year, the unit or the form's number.
PREAMBLE = re.compile(
    r"^(填报|编制|预算|填表)?(部门|单位|机构|地区)(\(单位\)|（单位）)?(编码及)?(名称|代码|编码)?:|(金额|计量)?单位:|^预算年度|^年度:|(^|.)公开\d+表|^附?表\d+(-\d+)?$"
    r"|^第[一二三四五六七八九十]+部分"
)
#: A year alone: preamble only where nothing of a table stands beside it (a column may be headed 2023年).
YEAR_LINE = re.compile(r"^\d{4}年度?$")
_ORGANISATION = re.compile(
    r"(?:填报|编制|预算|填表)?(?:部门|单位)(?:\(单位\))?(?:编码及)?(?:名称)?:(?:\[\d+\]|\d{3,6}[-—]?)?"
    r"([\u4e00-\u9fff][\u4e00-\u9fff()、·“”]{2,39}?)(?=\d{4}年|预算年度|(?:金额|计量)?单位:|金额|公开\d|年度|项目|收入|科目|$)"
)
#: A body's code, its name, and nothing else but the unit of the table: 902清风店镇 单位：万元.
_BODY = re.compile(CODED_BODY + r"(?P<unit>单位:.{1,4})?")
_UNIT_LINE = re.compile(r"单位:.{1,4}")
_YEAR = re.compile(r"(?:^|[^\d])(20[0-4]\d)年")
_YEAR_LABEL = re.compile(r"年度:(20[0-4]\d)")


def read_unit(lines: Iterable[TextLine], *, has_cells: bool = True) -> UnitReading:
    """Finds the printed unit in the lines around a title, even where it is broken over two lines.

    “单位：三门峡市人民政府办公室” names an organisation and is passed over. A unit in brackets beside one without is
    that of a header cell: its column has it, the form does not. Where two units are left, nothing says which of them
    holds: none is chosen, and `rivals` names all.

    Args:
        lines: What stands there, header rows among it.
        has_cells: Whether header cells stand over columns of their own; in running text nothing ties them to one.

    >>> read_unit([TextLine("金额单位：万"), TextLine("元")]).unit
    '万元'
    >>> read_unit([TextLine("单位：万元  单位：元")]).rivals
    ('万元', '元')
    """
    kept = list(lines)
    keys = [match_key(line.text) for line in kept]
    joined = "".join(keys)
    labelled = list(_UNIT.finditer(joined))
    own = [match for match in labelled if joined[match.start() - 1 : match.start()] != "("]
    in_brackets = [match for match in labelled if match not in own] or list(_UNIT_IN_HEADER.finditer(joined))
    matches = own or in_brackets if has_cells else own + in_brackets
    if not matches:
        return UnitReading(None, "not_found", "")
    units = tuple(dict.fromkeys(match.group(1) for match in matches))
    line = _line_at(kept, keys, matches[0].end() - 1)
    if len(units) == 1:
        return UnitReading(units[0], "printed", matches[0].group(0), line.line_no, line.page_no)
    printed = " ".join(dict.fromkeys(match.group(0) for match in matches))
    return UnitReading(None, "not_found", printed, line.line_no, line.page_no, units)


def _line_at(lines: list[TextLine], keys: list[str], position: int) -> TextLine:
    for line, key in zip(lines, keys, strict=True):
        if position < len(key):
            return line
        position -= len(key)
    return lines[-1]


def read_organisation(lines: Iterable[TextLine]) -> str | None:
    """Returns the body named in `部门：…` or `单位：…`, `None` where only a unit of money stands there.

    >>> read_organisation([TextLine("单位：三门峡市人民政府办公室"), TextLine("金额单位：万元")])
    '三门峡市人民政府办公室'
    """
    for line in lines:
        for match in _ORGANISATION.finditer(match_key(line.text)):
            name = match.group(1).strip("、")
            if name not in UNITS and not name.endswith(("万元", "名称")):
                return name.replace("(", "（").replace(")", "）")
    return None


def read_body(lines: Iterable[TextLine]) -> Body | None:
    """Returns the body printed with its code beside the table's unit, `None` where none is.

    Args:
        lines: What stands between a form's title and its table.

    >>> read_body([TextLine("902003清风店镇政府办公室"), TextLine("单位：万元")])
    Body(code='902003', name='清风店镇政府办公室')
    >>> read_body([TextLine("2010301行政运行")]) is None
    True
    """
    keys = [match_key(line.text) for line in lines]
    has_unit = any(_UNIT_LINE.fullmatch(key) for key in keys)
    for key in keys:
        match = _BODY.fullmatch(key)
        if match and (has_unit or match["unit"]):
            return Body(match["code"], match["name"].replace("(", "（").replace(")", "）"))
    return None


def read_year(texts: Iterable[str]) -> int | None:
    """Returns the first year printed as 2023年 or 年度：2023.

    >>> read_year(["2023 年度"])
    2023
    """
    for text in texts:
        key = match_key(text)
        match = _YEAR_LABEL.search(key) or _YEAR.search(key)
        if match:
            return int(match.group(1))
    return None
