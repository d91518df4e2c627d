"""dbt's page of documentation, made ours: two languages, nothing fetched, the manifest inside.

dbt ships one HTML file with places for the manifest and the catalogue. What we change in it is listed below, each
change with the text it replaces: a dbt whose page is worded differently fails loudly. The lock file pins ours.
"""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Mapping
from typing import Any

from pipeline.errors import BuildFailed

_TITLE = "gongkai 公开: tables, columns, forms, rules 表、列、报表、规则"
#: Nothing may be fetched, whatever a script asks for; Angular compiles its templates with `Function`.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; form-action 'none'; base-uri 'none'"
)
_HEAD = (
    f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    '<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E">'
)
_STYLE = """<style>
.column-text { min-width: 22em; max-width: 60em; }
.column-text p { margin: 0; }
.table-responsive { max-height: none !important; }
.handbook .table, .model-markdown .table { font-size: 13px; }
.handbook .table > tbody > tr > td, .handbook .table > thead > tr > th, .model-markdown .table > tbody > tr > td,
.model-markdown .table > thead > tr > th { padding: 4px 10px 4px 0; vertical-align: top; text-transform: none; }
.handbook .panel-body, .model-markdown { overflow-x: auto; }
.our-name { font-size: 22px; font-weight: 700; color: #24292e; line-height: 40px; }
</style>"""
_DESCRIPTION_CELL = (
    '<td style="text-overflow: ellipsis; overflow-x: hidden; white-space: nowrap; max-width: 1px;">\\n'
    "                            "
    '<span ng-show="!column.expanded">{{ column.description }}</span>\\n'
)
#: Text of the page -> what stands there instead. Every one must be found.
_CHANGES = {
    "<title>dbt Docs</title>": f"<title>{_TITLE}</title>{_STYLE}",
    '<meta charset="utf-8">': f'<meta charset="utf-8">{_HEAD}',
    '<link rel="canonical" href="/overview/"/>': "",
    "<link rel=\"shortcut icon\" href=\"${require('./assets/favicons/favicon.ico')}\"/>": "",
    'content="dbt Docs"': f'content="{_TITLE}"',
    # usage statistics, off by the manifest too
    "turn_on_tracking:function(){": "turn_on_tracking:function(){return;",
    '"//d1fc8wv8zag5ca.cloudfront.net/2.9.0/sp.js"': '""',
    # a browser asks for the address as written before Angular fills it in
    'xlink:href="{{': 'ng-attr-href="{{',
    # folders are drawn when they are opened, not all at the start
    '<ul ng-if="item.items">': '<ul ng-if="item.items && item.active">',
    '<img style="width: 100px; height: 40px" class="logo" ng-src="{{ logo }}" alt="dbt logo" />': (
        '<span class="our-name">gongkai 公开</span>'
    ),
    'placeholder="Search for models..."': (
        'placeholder="Search tables, columns, forms, rules 查找表、列、报表、规则" aria-label="Search 查找"'
    ),
    # every column in both languages at sight, not one cut line
    _DESCRIPTION_CELL: '<td class="column-text"><div marked="column.description"></div>\\n',
    "-1!=i.toLowerCase().indexOf(e)))&&t.push(i)": (
        '-1!=(i+" "+(n_columns[i].description||"")).toLowerCase().indexOf(e)))&&t.push(i)'
    ),
    "n.columnFilter=function(e){var t=[];": "n.columnFilter=function(e){var t=[],n_columns=e;",
    "<small>{{result.model.resource_type}}</small>": (
        "<small>{{result.model.kind || result.model.resource_type}}</small>"
    ),
    '<span ng-bind-html="highlight(getModelName(result.model))"></span>': (
        '<span ng-bind-html="highlight(getModelName(result.model))"></span> '
        '<span ng-bind-html="highlight(result.model.title)"></span>'
    ),
    # tables before forms, forms before rules; twenty of the best, not the best of the first twenty
    "results | filter:limit_search | orderBy:\\'overallWeight\\':true": (
        "results | orderBy:[\\'model.rank\\',\\'-overallWeight\\'] | filter:limit_search"
    ),
    # dbt weighs what it finds and then searches again without weights
    "r.length&&t.push({model:n,matches:r})": (
        "r.length&&t.push({model:n,matches:r,overallWeight:"
        "u.sumBy(r,(function(e){return{name:20,label:20,description:10}[e.key]||.1}))})"
    ),
    # what is shown of a text is plain and short
    'let t=e.replace(/\\s+/g," ")': (
        'let t=e.replace(/\\[([^\\]]*)\\]\\([^)]*\\)/g,"$1").replace(/[#*`|]|---:?/g," ").replace(/\\s+/g," ")'
    ),
    'l,s)+"..."}return e}': 'l,s)+"..."}return e&&e.length>200?e.substring(0,200)+"...":e}',
    "<small>Analysis</small>": "<small>{{ model.kind }}</small>",
    # pages of the handbook are no part of the graph
    '["model","seed","source","snapshot","analysis","exposure","metric","semantic_model","operation","saved_query",'
    '"function"],e.resource_type),n="test"': (
        '["model","seed","source","snapshot","exposure","metric","semantic_model","operation","saved_query",'
        '"function"],e.resource_type),n="test"'
    ),
    'o="unit_test"===e.resource_type': "o=!1",
    # a link to a table's graph opens it; dbt looks at the address once, when the page is loaded
    "d.onSuccess({},(function(t,n){var o=t.router.globals.params,": (
        "d.onSuccess({},(function(t){var q=u.parseState(t.router.globals.params);"
        'q.show_graph&&"fullscreen"!=l.orientation&&l.ready((function(){o.assign(s.selection.dirty,q.selected);'
        "l.updateGraph(s.updateSelection())}))})),"
        "d.onSuccess({},(function(t,n){var o=t.router.globals.params,"
    ),
    "<div class=\"app-details app-scroll app-pad\">\\n    <app-scroll div class=\"app-frame app-pad\">": (
        "<div class=\"app-details app-scroll app-pad handbook\">\\n    <app-scroll div class=\"app-frame app-pad\">"
    ),
    '>Column</th>': '>Column 列</th>',
    '>Type</th>': '>Type 类型</th>',
    '>Description</th>': '>Description 说明</th>',
    '>Data Tests</th>': '>Tests 检验</th>',
    "<strong>Projects</strong>": "<strong>Contents 目录</strong>",
    "<strong>Sources</strong>": "<strong>Sources 来源</strong>",
    "<strong>Exposures</strong>": "<strong>Exposures 用处</strong>",
    "                Overview\\n": "                Overview 总览\\n",
    "<h6>Details</h6>": "<h6>Details 概况</h6>",
    "<h6>Description</h6>": "<h6>Description 说明</h6>",
    "<h6>Columns</h6>": "<h6>Columns 列</h6>",
    "<h6>Referenced By</h6>": "<h6>Referenced By 被引用</h6>",
    "<h6>Depends On</h6>": "<h6>Depends On 来自</h6>",
}  # fmt: skip
#: Copies of the style sheets' sources inside the script, for those who debug it: a fifth of its size.
_QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)"""
_SOURCE_MAPS = re.compile(
    rf""",(?:""|''),\{{version:3,sources:\[[^\]]*\],names:\[\],mappings:{_QUOTED},sourcesContent:"""
    rf"""\[(?:{_QUOTED},?)*\],sourceRoot:(?:""|'')\}}"""
)
_COMPILED = re.compile(rf""",Compiled:(?:""|e\.model\.compiled_code(?:\|\|{_QUOTED})?)""")


def make_page(manifest: Mapping[str, Any], catalog: Mapping[str, Any]) -> str:
    """The page with everything in it.

    Raises:
        BuildFailed: dbt's page is not the one these changes were made for.
    """
    page = importlib.resources.files("dbt.task.docs").joinpath("index.html").read_text(encoding="utf-8")
    for found, instead in _CHANGES.items():
        if found not in page:
            raise BuildFailed(
                f"dbt's page of documentation has no {found!r}",
                expected="the page of the dbt-core that requirements.lock names",
                remedy="install the packages of requirements.lock, or correct pipeline/handbook/dbt_page.py",
            )
        page = page.replace(found, instead)
    page = _COMPILED.sub("", _SOURCE_MAPS.sub("", page))
    for name, content in (("MANIFEST", manifest), ("CATALOG", catalog)):
        page = page.replace(f'"{name}.JSON INLINE DATA"', as_script(content))
    return page


def as_script(content: Mapping[str, Any]) -> str:
    r"""JSON that may stand inside a script: no text in it can end the script.

    >>> as_script({"text": "</script>"})
    '{"text":"<\\/script>"}'
    """
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return written.replace("</", "<\\/").replace("<!--", "<\\u0021--").replace("\u2028", "\\u2028")
