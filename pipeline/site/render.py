"""Views to HTML: everything that comes from a document is escaped, everything a page needs stands beside it."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.model.text import without_steering
from pipeline.site import wording
from pipeline.site.addresses import figure_place, region_page, tables_page
from pipeline.site.cells import percent, yuan
from pipeline.site.tables import figure_name, one_or_both, said
from pipeline.site.wording import named

#: What every page of ours begins with; only such files are ever replaced or taken away.
MADE_BY_US = '<meta name="generator" content="gongkai site">'


def render(template: str, root: str, **view: object) -> str:
    """A page; `root` leads from it to the folder of the site (`""` or `"../"`)."""
    return _environment().get_template(template).render(root=root, **view)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        words=wording,
        S=wording.SAID,
        t=said,
        t1=one_or_both,
        named=named,
        yuan=yuan,
        percent=percent,
        figure_name=figure_name,
        figure_place=figure_place,
        region_page=region_page,
        tables_page=tables_page,
    )
    return environment


def _clean(value: object) -> object:
    if value is None:
        return "—"
    if isinstance(value, str) and not isinstance(value, Markup):
        return without_steering(value)
    return value
