"""What the first sheet of a workbook says: what the figures are, what must not be added, the limits.

What lives here: words. What must not: cells.
"""

from __future__ import annotations

from pipeline.exports.choice import Choice

#: The format's own limits: rows of a sheet, and links Excel takes on one.
MAX_ROWS = 1_048_576
MAX_LINKS = 65_530

_TITLE = ("gongkai 公开", "Disclosed budgets and final accounts, compared. 政府部门预决算公开数据比较。")
_NOTES = (
    (
        "figures 数字",
        (
            "Amounts in yuan. The link of a figure leads to its sources: file, page, row, printed text and unit. "
            "金额单位为元；点击数字可见出处：文件、页、行、原文与单位。"
        ),
    ),
    (
        "do not add 不得相加",
        (
            "Fund all and another; coverage all and basic; class levels; 全部 and a department type: one contains "
            "the other. 资金 all 与其他、范围 all 与 basic、各级次、“全部”与各部门类型相互包含，不得相加。"
        ),
    ),
    (
        "comparable 可比",
        (
            "Where is_comparable is no, incomparable_reasons says why; warnings say what to mind. "
            "is_comparable 为否时原因见 incomparable_reasons；warnings 为须注意之处。"
        ),
    ),
    (
        "limits 限制",
        (
            f"A sheet holds {MAX_ROWS:,} rows: what is more stands on further sheets, numbered 2, 3 … Excel takes "
            f"{MAX_LINKS:,} links a sheet: rows beyond them name the rows of their sources as text. "
            f"每张表最多 {MAX_ROWS:,} 行，其余写入编号续表；每张表最多 {MAX_LINKS:,} 个链接，其余以文字注明出处行。"
        ),
    ),
)


def about_lines(choice: Choice) -> tuple[tuple[str, str], ...]:
    """A label and what is said under it, a line each; which rows were chosen is the second."""
    asked = [f"{name}: {', '.join(str(one) for one in values)}" for name, values in choice.filters.items()]
    return (_TITLE, ("chosen 范围", "; ".join(asked) or "everything 全部"), *_NOTES)
