"""Where the amount columns of an unruled page stand: from the printed column numbers, else from the amounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from pipeline.model.form import Role
from pipeline.model.grid import TextLine
from pipeline.model.text import match_key
from pipeline.parse.records import Record
from pipeline.parse.table import Column, is_sequence
from pipeline.parse.tokens import Token, TokenKind

#: Amounts of one column end within so many points of each other (proportional digits, signs).
_SAME_EDGE_PT = 6.0
#: An amount further than this from every column's right edge stands in none of them.
_FAR_PT = 60.0
#: A short amount in a wide column stands up to half a column right of its centre, never much more.
_FAR_COLUMNS = 0.55


@dataclass(frozen=True, slots=True)
class Anchors:
    """One x position per amount column, block by block: centres (of printed column numbers) or right edges."""

    blocks: tuple[tuple[float, ...], ...]
    is_centre: bool

    def position_of(self, span: tuple[float, float]) -> float:
        """Returns the x of an amount that is compared with the anchors."""
        return (span[0] + span[1]) / 2 if self.is_centre else span[1]

    def reach_pt(self, block: tuple[float, ...]) -> float:
        """Returns how far from its anchor an amount may stand."""
        pitches = [right - left for left, right in pairwise(block)]
        return _FAR_COLUMNS * min(pitches) if self.is_centre and pitches else _FAR_PT


def column_anchors(
    header: Iterable[TextLine], tokens: Iterable[Token], columns: tuple[Column, ...], block_count: int
) -> Anchors | None:
    """Finds the anchors of a form's amount columns, `None` where they cannot be told.

    Args:
        header: The header lines, the column numbers (栏次 1 2 3) among them.
        tokens: The body.
        columns: The columns of all sides, or of the first of several blocks with the same columns.
        block_count: How many blocks or sides stand side by side.
    """
    blocks = sorted({column.block for column in columns})
    sizes = [sum(c.role is Role.MEASURE and c.block == block for c in columns) for block in blocks]
    if len(sizes) < block_count:
        sizes *= block_count
    header = list(header)
    centres = _column_number_centres(header, sum(sizes))
    edges = centres or _amount_edges(tokens, sum(sizes))
    if edges is None and len(columns) >= sum(sizes):
        centres = edges = _header_centres(header, columns)
    if edges is None:
        return None
    groups = []
    start = 0
    for size in sizes:
        groups.append(tuple(edges[start : start + size]))
        start += size
    return Anchors(tuple(groups), is_centre=centres is not None)


def _column_number_centres(header: Iterable[TextLine], count: int) -> list[float] | None:
    """The column numbers stand in every column, blank ones too: the best anchors."""
    for line in header:
        parts = line.text.split()
        if line.word_spans and len(line.word_spans) == len(parts) and is_sequence(parts):
            centres = [sum(span) / 2 for part, span in zip(parts, line.word_spans, strict=True) if part[0].isdigit()]
            if len(centres) == count:
                return centres
    return None


def _header_centres(header: list[TextLine], columns: tuple[Column, ...]) -> list[float] | None:
    """The lowest header words stand over every column, blank ones too: as many groups of them as columns.

    Lines are taken from below until every column has its word; what stands above (收入 over 项目, 金额) spans columns.
    """
    groups: list[tuple[float, float]] = []
    for line in reversed(header):
        if ":" in match_key(line.text) or not line.word_spans:
            continue
        for left, right in line.word_spans:
            over = next((n for n, group in enumerate(groups) if left < group[1] and group[0] < right), None)
            if over is None:
                groups.append((left, right))
            else:
                groups[over] = min(left, groups[over][0]), max(right, groups[over][1])
        if len(groups) >= len(columns):
            break
    if len(groups) != len(columns):
        return None
    pairs = zip(columns, sorted(groups), strict=True)
    return [(left + right) / 2 for column, (left, right) in pairs if column.role is Role.MEASURE]


def _amount_edges(tokens: Iterable[Token], count: int) -> list[float] | None:
    """Right aligned amounts share their right edge; there must be one edge for every column."""
    rights = sorted(token.span[1] for token in tokens if token.kind is TokenKind.NUMBER and token.span is not None)
    edges: list[list[float]] = []
    for right in rights:
        if edges and right - edges[-1][-1] <= _SAME_EDGE_PT:
            edges[-1].append(right)
        else:
            edges.append([right])
    return [group[-1] for group in edges] if len(edges) == count else None


def placement_by_position(record: Record, indices: list[int], anchors: Anchors) -> tuple[int, ...] | None:
    """Places a record's amounts in the columns they stand nearest to, in the block nearest to them.

    `None` where an amount has no position, stands far from every column, or two would share one.
    """
    spans = [token.span for token in record.amounts if token.span is not None]
    if not spans or len(spans) < len(record.amounts):
        return None
    positions = [anchors.position_of(span) for span in spans]
    best: tuple[float, tuple[int, ...]] | None = None
    for block in anchors.blocks:
        if len(block) != len(indices):
            continue
        nearest = [min(range(len(block)), key=lambda n: abs(block[n] - position)) for position in positions]
        distance = max(abs(block[n] - position) for n, position in zip(nearest, positions, strict=True))
        is_clear = distance <= anchors.reach_pt(block) and len(set(nearest)) == len(nearest)
        if is_clear and (best is None or distance < best[0]):
            best = distance, tuple(indices[n] for n in nearest)
    return best[1] if best else None
