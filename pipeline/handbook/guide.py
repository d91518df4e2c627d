"""The guide's pages: what the warehouse holds, how well it was read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pipeline.handbook.coverage import COVERAGE_SQL, Counts, Covered, share
from pipeline.handbook.entries import Chapter, Entry, entry_link
from pipeline.handbook.markdown import table_lines

#: The chapter's part of addresses.
GUIDE = "guide"
#: So many regions and years are read at a glance; a warehouse of more is asked by the query below the table.
_SHOWN_ROWS = 400
#: Grades and states, with their Chinese names.
GRADES = {"proven": "证实", "consistent": "一致", "unproven": "未证", "contradictory": "矛盾"}
_PHASES_ZH = {"budget": "预算", "final_accounts": "决算"}
STATUSES = {
    "loaded": "已载入",
    "partial": "部分载入",
    "superseded": "已被取代",
    "duplicate": "重复",
    "quarantined": "已隔离",
}
_PLACE = ("region 地区", "year 年度", "phase 阶段")
_ACCURACY_ZH = """\
以下为准确度测量：用已知内容的随机文件，按各种格式排版后从字节读到数值，与原值逐一比对。
found 为报表、行、编码、栏目、金额全部正确；wrong 为读出而原文没有的数；missing, said 为未读出但已列为问题；
silent 为未读出且未说明；wrong and proven 为读错而勾稽仍相符。
Planted errors 为在文件中植入一处差错后的发现率；Scans 为扫描件。"""


def guide_chapter(counts: Counts, accuracy_file: Path) -> Chapter:
    """Coverage and accuracy."""
    entries = (_coverage_entry(counts), _accuracy_entry(accuracy_file))
    text = ["# Guide 导读", "", *[f"- {entry_link(GUIDE, entry.name)} {entry.title}" for entry in entries]]
    return Chapter(GUIDE, "guide 导读", "\n".join(text), entries)


def _coverage_entry(counts: Counts) -> Entry:
    lines = [
        "# Coverage 覆盖情况",
        "",
        "What stands in this warehouse, counted when this page was made: it is no statement about what was published.",
        "",
        "生成本页时库中已有的文件和数字，并不表示已公开的全部。",
        "",
        "## Documents 文件",
        "",
        table_lines(
            (*_PLACE, "departments 部门", *(f"{status} {chinese}" for status, chinese in STATUSES.items())),
            [
                (*_place(row), Decimal(row.departments), *(Decimal(getattr(row, status)) for status in STATUSES))
                for row in counts.covered[:_SHOWN_ROWS]
            ],
        ),
        "",
        "## Numbers 数字",
        "",
        "How far the sums vouch for the numbers read, and how many of all printed numbers are explained (read, or told",
        "to be no figure). 勾稽关系对已读数字的支持程度；全部印刷数字中已说明者的比例。",
        "",
        table_lines(
            (*_PLACE, "numbers 数字", *(f"{grade} {GRADES[grade]}" for grade in GRADES), "explained 已说明"),
            [_numbers_of(row) for row in counts.covered[:_SHOWN_ROWS]],
        ),
    ]
    if len(counts.covered) > _SHOWN_ROWS:
        lines += ["", f"{len(counts.covered) - _SHOWN_ROWS:,} more rows: ask the query below. 其余见下方查询。"]
    kinds = [(f"`{kind.number_kind}`", Decimal(kind.printed)) for kind in counts.kinds]
    lines += ["", "## Kinds of printed numbers 印刷数字的类别", "", table_lines(("kind 类别", "numbers 个数"), kinds)]
    return Entry("coverage", "Coverage 覆盖情况", "counted 统计", "\n".join(lines), COVERAGE_SQL)


def _place(row: Covered) -> tuple[str, str, str]:
    phase = f"{_PHASES_ZH.get(row.phase, '')} {row.phase}" if row.phase else "不明 unknown"
    return row.region_name or "不明 unknown", str(row.fiscal_year or "不明 unknown"), phase


def _numbers_of(row: Covered) -> tuple[object, ...]:
    graded = sum(getattr(row, grade) for grade in GRADES)
    shares = (share(getattr(row, grade), graded) for grade in GRADES)
    return *_place(row), Decimal(graded), *shares, share(row.explained, row.printed)


def _accuracy_entry(file: Path) -> Entry:
    """What `make accuracy` measured, as docs/accuracy.md has it."""
    measured = file.read_text(encoding="utf-8") if file.is_file() else "# Accuracy\n\ndocs/accuracy.md is not here."
    title, _, rest = measured.partition("\n")
    lines = [f"{title} 读取准确度", "", _ACCURACY_ZH, rest]
    return Entry(
        "accuracy", "Accuracy 读取准确度", "measured 测量", "\n".join(lines), "-- measured, not asked: make accuracy"
    )
