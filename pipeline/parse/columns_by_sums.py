"""Which column does an amount of a whitespace line stand in: by the blanks, else by the sums, else nobody knows.

Where blanks are gone, `12.03 12.03` may be total + basic or total + project. Every placement that keeps the row's
own sum is a candidate; a class must be the sum of its items, and what other forms of the document print (hints)
must agree. Only what is left as the one possibility is taken.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from pipeline.model.form import Role
from pipeline.parse.amounts import read_amount
from pipeline.parse.anchors import Anchors, placement_by_position
from pipeline.parse.records import Record, ordinal_of
from pipeline.parse.table import Column
from pipeline.parse.tokens import Token

Placed = dict[int, tuple[Token, str | None]]
#: What other forms print: (line code, measure) to the printed number, in the unit of this form.
Hints = Mapping[tuple[str, str], Decimal]
#: A placement: for each amount of the record, the index of its column.
_Placement = tuple[int, ...]

_BY_COUNT = "every column is printed"
_BY_BLANKS = "column by the blanks printed between amounts"
_BY_POSITION = "column by the position on the page"
_BY_SUMS = "column by the sums: the only placement in which rows and classes add up"
_BY_OTHER_FORMS = "column by the sums and by the same figure in another form"
#: More partial sums than this and a class is left undecided rather than searched for minutes.
_MAX_STATES = 20_000
_HALF = Decimal("0.5")
#: Room for one column in a packed sum: far more digits than any budget has.
_COLUMN_BITS = 128
#: Measures that are parts of nothing: a `basic` beside `total` alone is 其中 (of which), not a full split.
_OPEN_SPLITS = ({"total", "basic"},)


@dataclass(slots=True)
class _Node:
    """A record with its amounts, its candidates and its place in the tree of codes."""

    record: Record
    numbers: tuple[Decimal | None, ...]
    domain: list[_Placement]
    children: list[_Node]
    note: str


def decide_columns(
    records: list[Record],
    columns: tuple[Column, ...],
    has_gaps: bool,
    hints: Hints | None = None,
    anchors: Anchors | None = None,
) -> tuple[list[tuple[Record, Placed]], list[Record]]:
    """Gives every amount its column.

    Args:
        records: The printed lines.
        columns: The columns of the form.
        has_gaps: Whether blanks tell the column.
        hints: What other forms print.
        anchors: Where the amount columns stand on the page, where positions are known.

    Returns:
        The records with their placed amounts, and the records nothing decides (their amounts are not placed).
    """
    nodes = [_node(record, columns, has_gaps, anchors) for record in records]
    if any(len(node.domain) > 1 for node in nodes):
        _apply_hints(nodes, columns, hints or {})
        _propagate(nodes, columns)
    placed: list[tuple[Record, Placed]] = []
    undecided: list[Record] = []
    for node in nodes:
        if len(node.domain) == 1:
            pairs = zip(node.domain[0], node.record.amounts, strict=True)
            placed.append((node.record, {index: (token, node.note) for index, token in pairs}))
        else:
            placed.append((node.record, {}))
            if any(number is not None for number in node.numbers):
                undecided.append(node.record)
    return placed, undecided


def _measures(record: Record, columns: tuple[Column, ...]) -> list[Column]:
    return [column for column in columns if column.role is Role.MEASURE and column.block == record.block]


def _node(record: Record, columns: tuple[Column, ...], has_gaps: bool, anchors: Anchors | None) -> _Node:
    measures = _measures(record, columns)
    indices = [column.index for column in measures]
    numbers = tuple(read_amount(token.text).number for token in record.amounts)
    count = len(record.amounts)
    if count == len(measures) or count == 0:
        return _Node(record, numbers, [tuple(indices[:count])], [], _BY_COUNT)
    by_position = placement_by_position(record, indices, anchors) if anchors else None
    if by_position is not None:
        return _Node(record, numbers, [by_position], [], _BY_POSITION)
    has_blank_qualifier = record.qualifier is None and any(
        column.role is Role.QUALIFIER and column.block == record.block for column in columns
    )
    by_blanks = _placement_by_blanks(record, indices, has_blank_qualifier) if has_gaps else None
    if by_blanks is not None:
        return _Node(record, numbers, [by_blanks], [], _BY_BLANKS)
    domain = [p for p in _placements(numbers, measures) if _row_adds_up(p, numbers, measures, record)]
    return _Node(record, numbers, domain, [], _BY_SUMS)


def _placement_by_blanks(record: Record, indices: list[int], has_blank_qualifier: bool) -> _Placement | None:
    """Counts blank cells before each amount; `None` where that runs past the last column."""
    position = -2 if has_blank_qualifier else -1
    placement = []
    for token in record.amounts:
        position += token.gap + 1
        if not 0 <= position < len(indices):
            return None
        placement.append(indices[position])
    return tuple(placement)


def _placements(numbers: tuple[Decimal | None, ...], measures: list[Column]) -> Iterable[_Placement]:
    """All ways to keep the order; the total is printed wherever anything but zeros is."""
    indices = [column.index for column in measures]
    count = len(numbers)
    if count > len(indices):
        return
    if measures and measures[0].measure == "total" and not measures[0].line_code and any(numbers):
        for rest in combinations(indices[1:], count - 1):
            yield (indices[0], *rest)
    else:
        yield from combinations(indices, count)


def _row_adds_up(
    placement: _Placement, numbers: tuple[Decimal | None, ...], measures: list[Column], record: Record
) -> bool:
    by_index = dict(zip(placement, numbers, strict=True))
    if any(column.line_code for column in measures):
        return _categories_add_up(by_index, measures, record)
    names = {column.measure for column in measures}
    if measures[0].measure != "total" or names in _OPEN_SPLITS or len(by_index) < 2:  # noqa: PLR2004
        return True
    total = by_index.get(measures[0].index)
    parts = [number for index, number in by_index.items() if index != measures[0].index]
    if total is None or any(part is None for part in parts):
        return True
    return abs(total - sum((p for p in parts if p is not None), Decimal(0))) <= _tolerance(record)


def _categories_add_up(by_index: dict[int, Decimal | None], measures: list[Column], record: Record) -> bool:
    """三公: 合计 = 出国 + 公车 + 接待 and 公车 = 购置 + 运行, budget and final each."""
    for measure in {column.measure for column in measures}:
        value = {
            str(column.line_code): by_index.get(column.index) or Decimal(0)
            for column in measures
            if column.measure == measure
        }
        subtotal = value.get("vehicle_subtotal", Decimal(0))
        whole = value.get("abroad", Decimal(0)) + subtotal + value.get("reception", Decimal(0))
        parts = value.get("vehicle_purchase", Decimal(0)) + value.get("vehicle_operation", Decimal(0))
        slack = _tolerance(record)
        if abs(value.get("total", Decimal(0)) - whole) > slack or abs(subtotal - parts) > slack:
            return False
    return True


def _tolerance(record: Record) -> Decimal:
    """Half a printed unit for each number that takes part, the total included."""
    decimals = max((read_amount(token.text).decimals for token in record.amounts), default=0)
    return _HALF.scaleb(-decimals) * len(record.amounts)


def _apply_hints(nodes: list[_Node], columns: tuple[Column, ...], hints: Hints) -> None:
    """Keeps the candidates that agree with what other forms print for the same line."""
    measure_of = {column.index: column.measure or "" for column in columns}
    for node in nodes:
        if len(node.domain) < 2:  # noqa: PLR2004
            continue
        code = node.record.code or ("TOTAL" if not node.record.label or "计" in node.record.label else "")
        known = {measure: amount for (line, measure), amount in hints.items() if line == code}
        if not known:
            continue
        agreeing = [p for p in node.domain if _agrees(p, node.numbers, known, measure_of)]
        if agreeing and len(agreeing) < len(node.domain):
            node.domain, node.note = agreeing, _BY_OTHER_FORMS


def _agrees(
    placement: _Placement, numbers: tuple[Decimal | None, ...], known: dict[str, Decimal], names: dict[int, str]
) -> bool:
    printed = {names[index]: number or Decimal(0) for index, number in zip(placement, numbers, strict=True)}
    return all(printed.get(measure, Decimal(0)) == amount for measure, amount in known.items())


def _propagate(nodes: list[_Node], columns: tuple[Column, ...]) -> None:
    """Removes candidates that no consistent filling of a class and its items supports, until nothing changes."""
    parents = _link(nodes)
    settled: dict[int, list[int]] = {}
    has_changed = True
    while has_changed:
        has_changed = False
        for number, parent in enumerate(parents):
            if settled.get(number) != _sizes(parent):  # else nothing new: one pass leaves only what is supported
                has_changed = _filter_family(parent, columns) or has_changed
                settled[number] = _sizes(parent)


def _sizes(parent: _Node) -> list[int]:
    return [len(node.domain) for node in (parent, *parent.children)]


def _link(nodes: list[_Node]) -> list[_Node]:
    """Hangs codes under their nearest printed prefix and classes under 合计; line items under 本年…合计.

    Returns the parents.
    """
    by_code = {node.record.code: node for node in nodes if node.record.code}
    total = next((n for n in nodes if not n.record.code and n.record.label.endswith(("合计", "总计"))), None)
    for code, node in by_code.items():
        above = next((by_code[code[:n]] for n in (5, 3) if n < len(code) and code[:n] in by_code), total)
        if above is not None:
            above.children.append(node)
    for node in nodes:
        if ordinal_of(node.record.label) and not node.record.code:
            sums = [n for n in nodes if n.record.block == node.record.block and n.record.label.endswith("合计")]
            if sums:
                sums[0].children.append(node)
    _link_by_qualifier(nodes, total)
    return [node for node in nodes if node.children]


def _link_by_qualifier(nodes: list[_Node], total: _Node | None) -> None:
    """Where names stand without codes, a line without a second label is a class, those after it its items."""
    if not any(node.record.qualifier for node in nodes):
        return
    open_class: _Node | None = None
    for node in nodes:
        if node is total or node.record.code:
            continue
        if node.record.qualifier is None:
            open_class = node
            if total is not None:
                total.children.append(node)
        elif open_class is not None:
            open_class.children.append(node)


def _filter_family(parent: _Node, columns: tuple[Column, ...]) -> bool:
    measures = [column.index for column in _measures(parent.record, columns)]
    family = [parent, *parent.children]
    if all(len(node.domain) == 1 for node in family) or any(not node.domain for node in family):
        return False
    places = max(read_amount(token.text).decimals for node in family for token in node.record.amounts)
    slack = int(sum((_tolerance(node.record) for node in family), Decimal(0)).scaleb(places))
    vectors = _pack(
        [
            [_vector(p, node.numbers, measures, places, -1 if n == 0 else 1) for p in node.domain]
            for n, node in enumerate(family)
        ]
    )
    prefix = _reachable(vectors)
    suffix = _reachable(vectors[::-1]) if prefix is not None else None
    if prefix is None or suffix is None:
        return False
    has_changed = False
    for n, node in enumerate(family):
        before, after = prefix[n], suffix[len(family) - 1 - n]
        in_order = sorted(after)
        kept = [
            p
            for p, v in zip(node.domain, vectors[n], strict=True)
            if _closes(before, v, after, in_order, slack, len(measures))
        ]
        if kept and len(kept) < len(node.domain):
            node.domain, has_changed = kept, True
    return has_changed


def _vector(
    placement: _Placement, numbers: tuple[Decimal | None, ...], measures: list[int], places: int, sign: int
) -> tuple[int, ...]:
    """Returns the amounts of a placement column by column, in units of the last printed digit."""
    by_index = dict(zip(placement, numbers, strict=True))
    return tuple(sign * int((by_index.get(index) or Decimal(0)).scaleb(places)) for index in measures)


def _pack(vectors: list[list[tuple[int, ...]]]) -> list[list[int]]:
    """Packs each vector into one integer, so that one addition adds every column; the most varied column leads."""
    options = [option for options in vectors for option in options]
    columns = sorted(range(len(options[0])), key=lambda column: len({option[column] for option in options}))
    return [
        [sum(option[column] << (_COLUMN_BITS * n) for n, column in enumerate(columns)) for option in options]
        for options in vectors
    ]


def _reachable(vectors: list[list[int]]) -> list[set[int]] | None:
    """Returns, before each member, the sums its forerunners can reach; `None` where there are too many."""
    states: list[set[int]] = [{0}]
    for options in vectors:
        following = {state + option for state in states[-1] for option in set(options)}
        if len(following) > _MAX_STATES:
            return None
        states.append(following)
    return states


def _closes(before: set[int], option: int, after: set[int], in_order: list[int], slack: int, width: int) -> bool:
    """Whether some way through this option brings every column's sum to zero within the slack."""
    wanted = [-(state + option) for state in before]
    if not after.isdisjoint(wanted):
        return True
    reach = sum(slack << (_COLUMN_BITS * n) for n in range(width))
    return any(
        _is_within(want - found, slack, width)
        for want in wanted
        for found in in_order[bisect_left(in_order, want - reach) : bisect_right(in_order, want + reach)]
    )


def _is_within(difference: int, slack: int, width: int) -> bool:
    """Whether every column of a packed difference is at most the slack."""
    half = 1 << (_COLUMN_BITS - 1)
    for _ in range(width):
        column = ((difference + half) & ((1 << _COLUMN_BITS) - 1)) - half
        if abs(column) > slack:
            return False
        difference = (difference - column) >> _COLUMN_BITS
    return True
