"""Lines to codes, levels and leaves: names to codes where only names are printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pipeline.model.extract import FormValue, Issue, Severity
from pipeline.model.form import FormSpec, RowKind
from pipeline.model.text import NOT_NUMBERED, match_key, numbering_depth
from pipeline.normalise.reference import EconomicClass, economic_classes_by_name

_TOTAL = "TOTAL"
_LEVEL_BY_LENGTH = {3: 1, 5: 2, 7: 3}
_CLASS_LENGTH = 3
#: What the codes of a list begin with: functions with 2, department economic classes with 3, government ones with 5.
_CODE_STARTS = {"function": "2", "economic": "35"}
#: Categories that are sums of others where those are printed.
_CATEGORY_PARENTS: dict[str, tuple[str, ...]] = {
    "total": ("abroad", "vehicle_subtotal", "vehicle_purchase", "vehicle_operation", "reception"),
    "vehicle_subtotal": ("vehicle_purchase", "vehicle_operation"),
    "procurement_total": ("procurement_goods", "procurement_works", "procurement_services"),
    "vehicles_total": ("vehicles_",),
}


def normalise_lines(
    values: Sequence[FormValue], spec: FormSpec, year: int | None
) -> tuple[tuple[FormValue, ...], tuple[Issue, ...]]:
    """Gives each value its code, level and leaf mark within its form.

    Args:
        values: All values of one printing of one form, in printed order.
        spec: The form's catalogue entry.
        year: The fiscal year, for names whose codes changed.
    """
    issues: tuple[Issue, ...] = ()
    prints_names_only = spec.row_kind is RowKind.CODED and not any(v.line_code not in (None, _TOTAL) for v in values)
    if spec.code_list == "economic" and prints_names_only:
        values, issues = _with_economic_codes(values, year)
    codes = {value.line_code for value in values if value.line_code}
    inner = {code[:length] for code in codes for length in range(1, len(code))}
    levelled = [_with_level(value, codes, inner, spec) for value in values]
    return tuple(_without_repeated_parents(levelled)), (*issues, *_foreign_codes(levelled, spec))


def _foreign_codes(values: list[FormValue], spec: FormSpec) -> Iterator[Issue]:
    """One issue a line whose code belongs to the other list: a misprint, or lines of another form."""
    own = _CODE_STARTS.get(spec.code_list or "", "")
    lines = {(value.page_no, value.row_no, value.line_code): value for value in values if own}
    for (_, _, code), value in lines.items():
        if code and code.isdigit() and len(code) > _CLASS_LENGTH and code[0] not in own:
            yield Issue(
                "code_of_another_list",
                Severity.WARNING,
                f"{code} {value.line_label} is no {spec.code_list} code; it is loaded as printed",
                f"look at the page: is it a misprint, or does another form's table stand in {spec.form_id}?",
                form_id=value.form_id,
                instance_no=value.instance_no,
                page_no=value.page_no,
                row_no=value.row_no,
                raw_text=value.reported_line,
            )


def _without_repeated_parents(values: list[FormValue]) -> list[FormValue]:
    """Some publishers split a code into lines of the same code: 30107 绩效工资 15.47, （1）… 10.82, （2）… 4.65.

    Where a line equals the sum of the lines of its code right below it, it is their parent and no leaf.
    """
    by_column: dict[tuple[str, str | None, str], list[int]] = defaultdict(list)
    for index, value in enumerate(values):
        if value.line_code and value.line_code.isdigit() and value.amount_yuan is not None:
            by_column[value.measure, value.line_side, value.line_code].append(index)
    parents: set[tuple[int, str]] = set()
    for indices in by_column.values():
        amounts = [values[index].amount_yuan or 0 for index in indices]
        depths = [numbering_depth(values[index].line_label) for index in indices]
        # 1)燃料费 0.90, 2)维修费 0.45, 3)保险费 0.45: numbered alike, they are siblings
        is_sibling = depths[0] != NOT_NUMBERED and depths[0] in depths[1:]
        if len(indices) > 2 and amounts[0] and amounts[0] == sum(amounts[1:]) and not is_sibling:  # noqa: PLR2004
            parents.add((values[indices[0]].row_no, values[indices[0]].line_label))
    return [value._replace(is_leaf=False) if (value.row_no, value.line_label) in parents else value for value in values]


def _with_level(value: FormValue, codes: set[str], inner: set[str], spec: FormSpec) -> FormValue:
    """Gives a value its level and leaf mark; `inner` holds every beginning of the form's codes."""
    code = value.line_code
    if code == _TOTAL:
        return value._replace(class_level=0, is_leaf=False)
    if spec.row_kind is RowKind.CATEGORIES:
        parts = _CATEGORY_PARENTS.get(code or "", ())
        is_parent = any(other != code and other.startswith(part) for part in parts for other in codes)
        return value._replace(is_leaf=value.is_leaf and not is_parent)
    if spec.row_kind is RowKind.LINE_ITEMS:
        return value._replace(is_leaf=value.is_leaf and not match_key(value.line_label).endswith(("合计", "总计")))
    if code and code.isdigit():
        return value._replace(class_level=_LEVEL_BY_LENGTH.get(len(code)), is_leaf=code not in inner)
    return value


def _with_economic_codes(values: Sequence[FormValue], year: int | None) -> tuple[list[FormValue], tuple[Issue, ...]]:
    """Gives rows that print names only their economic codes.

    A class row (工资福利支出 without a government class beside it) opens its class; a name that stands in several
    classes (公务用车购置) takes the code of the open one.
    """
    by_row: dict[tuple[int, str], list[FormValue]] = defaultdict(list)
    for value in values:
        by_row[value.row_no, value.line_label].append(value)
    result: list[FormValue] = []
    issues: list[Issue] = []
    open_class = ""
    for (_, label), row in by_row.items():
        if row[0].line_code == _TOTAL or not row[0].is_leaf:
            result += row
            continue
        code = _economic_code(label, open_class, has_qualifier=row[0].qualifier is not None, year=year)
        if code is None:
            issues.append(_unknown_name(row[0]))
        elif len(code) == _CLASS_LENGTH:
            open_class = code
        result += [value._replace(line_code=code) for value in row]
    return result, tuple(issues)


def _economic_code(label: str, open_class: str, *, has_qualifier: bool, year: int | None) -> str | None:
    options = [item for item in economic_classes_by_name().get(label, ()) if _is_valid(item, year)]
    classes = [item.code for item in options if len(item.code) == _CLASS_LENGTH]
    sections = [item.code for item in options if len(item.code) > _CLASS_LENGTH]
    if classes and not has_qualifier:
        return classes[0]
    inside = [code for code in sections if open_class and code.startswith(open_class)]
    found = inside or sections
    return found[0] if len(found) == 1 else None


def _is_valid(item: EconomicClass, year: int | None) -> bool:
    return year is None or (item.valid_from or 0) <= year <= (item.valid_to or 9999)


def _unknown_name(value: FormValue) -> Issue:
    return Issue(
        "economic_name_unknown",
        Severity.WARNING,
        f"{value.line_label} is no economic class of the code list, or of several classes",
        "add the name to dbt_project/seeds/ref_economic_department.csv",
        form_id=value.form_id,
        instance_no=value.instance_no,
        page_no=value.page_no,
        row_no=value.row_no,
        raw_text=value.reported_line,
    )
