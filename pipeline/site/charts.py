"""Charts by altair: as pictures for pages without scripts, and as specifications that the comparison page fills itself.

What lives here: how bars and lines look. What must not: which figures they show.
Amounts become floats here, for lengths on a screen only; the figures in words stand in the table under each chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import altair
import vl_convert

#: Okabe and Ito: told apart by colour-blind eyes too; names stand at every bar all the same.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
_PALE = 0.2
_WIDTH_PX, _TREND_HEIGHT_PX, _BAR_PX = 640, 260, 17
_DATA = "rows"


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar or point: what of, of whom, how much, what is written at it."""

    row: str
    row_order: int
    series: str
    series_order: int
    year: int
    value: float
    text: str
    is_comparable: bool


def bar_chart(data: altair.NamedData, width: int | str) -> altair.LayerChart:
    """Bars of classes (`row`), one per group (`series`), the name and the figure at the end of each."""
    base = altair.Chart(data).encode(
        y=altair.Y("row:N", sort=altair.EncodingSortField("row_order", "min"), title=None, axis=_ROW_AXIS),
        yOffset=altair.YOffset("series:N", sort=altair.EncodingSortField("series_order", "min")),
        x=altair.X("value:Q", title=None, axis=altair.Axis(labelExpr=_SHORT, tickCount=5)),
    )
    bars = base.mark_bar(strokeWidth=1.5).encode(
        color=altair.Color("series:N", scale=_COLOUR_SCALE, sort=_BY_SERIES, legend=None),
        stroke=altair.Stroke("series:N", scale=_COLOUR_SCALE, sort=_BY_SERIES, legend=None),
        fillOpacity=altair.condition("datum.is_comparable", altair.value(1), altair.value(_PALE)),
        strokeDash=altair.condition("datum.is_comparable", altair.value([1, 0]), altair.value([3, 2])),
        description=altair.Description("text:N"),
    )
    words = base.mark_text(align="left", baseline="middle", dx=4, fontSize=11, aria=False).encode(text="text:N")
    room = (
        base.transform_calculate(room="datum.value * 1.9")
        .mark_point(opacity=0, aria=False)
        .encode(x=altair.X("room:Q", title=None))
    )
    return _dressed(altair.layer(bars, words, room), width, altair.Step(_BAR_PX, **{"for": "offset"}))


def trend_chart(data: altair.NamedData, width: int | str) -> altair.LayerChart:
    """Lines over the years, each with its colour, dashes and shape; hollow points are not comparable."""
    base = altair.Chart(data).encode(
        x=altair.X("year:O", title=None, axis=altair.Axis(labelAngle=0)),
        y=altair.Y("value:Q", title=None, axis=altair.Axis(labelExpr=_SHORT, tickCount=5)),
        color=altair.Color("series:N", scale=_COLOUR_SCALE, sort=_BY_SERIES, legend=_LEGEND),
    )
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=altair.StrokeDash(
            "series:N", scale=altair.Scale(range=[list(dash) for dash in DASHES]), sort=_BY_SERIES, legend=None
        )
    )
    points = base.mark_point(size=70).encode(
        shape=altair.Shape("series:N", scale=altair.Scale(range=list(SHAPES)), sort=_BY_SERIES, legend=_LEGEND),
        fill=altair.Fill("series:N", scale=_COLOUR_SCALE, sort=_BY_SERIES, legend=_LEGEND),
        fillOpacity=altair.condition("datum.is_comparable", altair.value(1), altair.value(0)),
        description=altair.Description("text:N"),
    )
    return _dressed(altair.layer(lines, points), width, _TREND_HEIGHT_PX)


_COLOUR_SCALE = altair.Scale(range=list(COLOURS))
_BY_SERIES = altair.EncodingSortField("series_order", "min")
_LEGEND = altair.Legend(title=None, orient="bottom", columns=2, labelLimit=300)
_ROW_AXIS = altair.Axis(labelLimit=190, labelFontSize=12, ticks=False)
#: The language of the axes: 万 and 亿, or k and M. Shares are below one.
_LANGUAGE = altair.param(name="lang", value="zh")
_SHORT = (
    "datum.value == 0 ? '0' : abs(datum.value) < 1 ? format(datum.value, '.0%') "
    ": lang == 'en' ? replace(format(datum.value, ',.4~s'), 'G', 'bn') "
    ": abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',.4~g') + '亿' "
    ": abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',.4~g') + '万' "
    ": format(datum.value, ',.4~g')"
)


def _dressed(chart: Any, width: Any, height: Any) -> altair.LayerChart:  # noqa: ANN401
    dressed: altair.LayerChart = (
        chart.properties(width=width, height=height, background="transparent", padding=4)
        .add_params(_LANGUAGE)
        .configure_view(stroke=None, strokeWidth=0)
        .configure(font="system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif")
        .configure_axis(domain=False, gridColor="#8886", labelColor="#555")
    )
    return dressed


def draw(name: str, marks: Sequence[Mark]) -> str:
    """A chart (`bar` or `trend`) of marks as SVG, to be put into a page."""
    specification = _specification(name, _WIDTH_PX)
    data = [
        {**one, "values": [asdict(mark) for mark in marks]} if one["name"] == _DATA else one
        for one in specification["data"]
    ]
    return str(vl_convert.vega_to_svg({**specification, "data": data}))


@cache
def _specification(name: str, width: int | str) -> dict[str, Any]:
    """A chart for Vega, without data: altair and Vega-Lite take long, and do it once."""
    chart = {"bar": bar_chart, "trend": trend_chart}[name](altair.NamedData(_DATA), width)
    return dict(vl_convert.vegalite_to_vega(chart.to_dict()))


def chart_specifications() -> dict[str, object]:
    """Both charts for Vega, without data: the page puts its own under the name `rows`."""
    return {name: _specification(name, "container") for name in ("bar", "trend")}


def vega_script() -> str:
    """Vega as one script, which the comparison page loads from beside it once a chart is to be drawn.

    Vega-Embed brings the interpreter of expressions along: the page need not allow `eval`.
    """
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
