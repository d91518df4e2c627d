"""`Changes` -> one offline HTML page, published beside the data; everything that comes from a document is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.model.text import without_steering
from pipeline.nights.changes import Changes

#: Documents on the page; `changes.json` lists them all.
SHOWN_DOCUMENTS = 500
_KINDS = {
    "added": "新增 added",
    "changed": "变化 changed",
    "withdrawn": "撤回 withdrawn",
    "replaced": "被替换 replaced",
    "back": "恢复 back",
    "lost": "丢失 lost",
}
_CELL_KINDS = {
    "added": "新增 added",
    "changed": "变化 changed",
    "removed": "不再有 removed",
    "restated": "重新公布 restated",
}
_REGION_COLUMNS = (
    ("documents_added", "新增文件", "documents added"),
    ("documents_changed", "变化文件", "changed"),
    ("documents_withdrawn", "撤回文件", "withdrawn"),
    ("numbers_added", "新增数字", "numbers added"),
    ("numbers_changed", "变化数字", "changed"),
    ("numbers_removed", "不再有的数字", "removed"),
    ("numbers_restated", "重新公布的数字", "restated"),
)


def change_page(changes: Changes) -> str:
    """The page of one night."""
    words = {name: f"{zh} {en}" for name, zh, en in _REGION_COLUMNS}
    totals = changes.totals
    return (
        _template_environment()
        .get_template("changes.html")
        .render(
            changes=changes,
            summary=[(words[name], totals[name]) for name in words],
            kinds=_KINDS,
            cell_kinds=_CELL_KINDS,
            region_columns=_REGION_COLUMNS,
            shown_documents=changes.documents[:SHOWN_DOCUMENTS],
            more_documents=max(0, len(changes.documents) - SHOWN_DOCUMENTS),
        )
    )


@cache
def _template_environment() -> Environment:
    return Environment(
        loader=PackageLoader("pipeline.nights"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: without_steering(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
