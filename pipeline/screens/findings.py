"""Findings, issues and broken sums on the screen: blocks of lines, because a table of sentences needs 200 columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from pipeline.published.documents import BrokenSum, DocumentLine, IssueLine
from pipeline.published.findings import FindingLine, Language, cause_name
from pipeline.screens.console import SEVERITY_STYLES, counted, place, said, said_name, show_block, yuan

#: More findings, issues or sums than this are counted, not listed, unless --limit asks for them.
SHOWN = 10
_NAMED_RULES = 3
_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Reader:
    """How much this person wants to see, and what they would type to see more.

    Attributes:
        again: the command as they call it, with their document and folder: `gongkai check --warehouse DIR`.
        limit: how many findings, issues and sums are listed.
        language: of the findings' sentences.
    """

    again: str
    limit: int = SHOWN
    language: Language = Language.BOTH


def show_findings(console: Console, findings: Sequence[FindingLine], reader: Reader) -> None:
    """What is wrong, worst first: cause, file, place, sentence, what would mend it, rules."""
    if not findings:
        console.print("No findings.")
        return
    files = len({finding.document_id for finding in findings})
    _title(console, f"{counted(len(findings), 'finding')} in {counted(files, 'document')}, worst first")
    for number, finding in enumerate(findings[: reader.limit], 1):
        _show_finding(console, number, finding, reader.language)
    _show_rest(console, len(findings), "finding", reader)


def _show_finding(console: Console, number: int, finding: FindingLine, language: Language) -> None:
    off = "" if finding.difference_yuan is None else f" · {yuan(abs(finding.difference_yuan))} yuan"
    head = Text.assemble(
        f"{number:>2}. ",
        said(finding.severity, f"bold {SEVERITY_STYLES.get(finding.severity, '')}".strip()),
        said(f" · {finding.cause} {cause_name(finding.cause)[0]}{off}"),
    )
    console.print(head)
    show_block(console, said_name(finding.file_name), "bold")
    show_block(console, place(finding.form, finding.page_no, finding.row_no, finding.col_no))
    for sentence in finding.sentences(language):
        show_block(console, sentence)
    show_block(console, f"would mend it: {mending(finding)}", "dim")
    show_block(console, f"{'rules' if len(finding.rules) > 1 else 'rule'}: {_rules(finding)}", "dim")


def mending(finding: FindingLine) -> str:
    """What the blamed figure would have to be, or that the sums do not tell."""
    if finding.proposed_yuan is None:
        return "not told by the sums" if not finding.is_located else "see the sentence"
    unit = finding.printed_unit or ""
    printed = f"{finding.printed_text} {unit}".strip() if finding.printed_text else "not known"
    return f"{yuan(finding.proposed_yuan)} yuan instead of {yuan(finding.printed_yuan)} (printed {printed})"


def _rules(finding: FindingLine) -> str:
    """The rules by id and name; of many, the first with their names and all with their ids."""
    named = [f"{rule_id} {name}" for rule_id, name in finding.rules[:_NAMED_RULES]]
    others = [rule_id for rule_id, _ in finding.rules[_NAMED_RULES:]]
    return "; ".join([*named, *([f"also {', '.join(others)}"] if others else [])]) or "not known"


def show_issues(
    console: Console, issues: Sequence[IssueLine], documents: Sequence[DocumentLine], reader: Reader
) -> None:
    """Problems met in reading, the gravest first, with their place and what to do."""
    if not issues:
        console.print("No issues.")
        return
    names = {line.document_id: line.file_name for line in reversed(documents)}
    ordered = sorted(issues, key=lambda issue: _rank(issue.severity))
    counts = [(name, sum(issue.severity == name for issue in issues)) for name in _SEVERITIES]
    told = ", ".join(f"{count:,} {name}" for name, count in counts if count)
    _title(console, f"{counted(len(issues), 'issue')} met in reading: {told}")
    for issue in ordered[: reader.limit]:
        where = place(issue.form_id, issue.page_no, issue.row_no, issue.col_no)
        console.print(
            Text.assemble(said(issue.severity, SEVERITY_STYLES.get(issue.severity, "")), said(f" · {issue.category}"))
        )
        show_block(console, f"{names.get(issue.document_id, issue.document_id[:12])}, {where}", "bold")
        raw = f" “{issue.raw_text}”" if issue.raw_text else ""
        show_block(console, f"{issue.message}{raw}")
        show_block(console, f"to do: {issue.remedy}", "dim")
    _show_rest(console, len(issues), "issue", reader)


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def show_sums(console: Console, breaks: Sequence[BrokenSum], reader: Reader) -> None:
    """The sums that break, the largest first: rule, line, both sides."""
    if not breaks:
        console.print("No sum breaks.")
        return
    _title(console, _count_of_breaks(breaks))
    for broken in breaks[: reader.limit]:
        form = broken.form_id if broken.instance_no == 1 else f"{broken.form_id} #{broken.instance_no}"
        label = broken.instance_label if broken.measure is None else f"{broken.instance_label} ({broken.measure})"
        sign = "≠" if broken.relation == "=" else ">"
        amounts = f"{yuan(broken.left_yuan)} {sign} {yuan(broken.right_yuan)}"
        show_block(console, f"{broken.rule_id} {broken.rule_name or ''}", indent=0)
        show_block(console, said_name(broken.file_name), "bold")
        show_block(console, f"{form}, {label}")
        show_block(console, f"{amounts}, difference {yuan(broken.difference_yuan)} yuan")
    _show_rest(console, len(breaks), "sum", reader, "--sums ")


def show_count_of_sums(console: Console, breaks: Sequence[BrokenSum], reader: Reader) -> None:
    """How many sums break, and how to see them."""
    if not breaks:
        console.print("No sum breaks.")
        return
    console.print(said(f"{_count_of_breaks(breaks)}; to list: {reader.again} --sums"), soft_wrap=True)


def _count_of_breaks(breaks: Sequence[BrokenSum]) -> str:
    return f"{counted(len(breaks), 'sum')} {'breaks' if len(breaks) == 1 else 'break'}"


def _title(console: Console, title: str) -> None:
    console.print()
    console.print(Text(title, style="bold"))


def _show_rest(console: Console, count: int, noun: str, reader: Reader, option: str = "") -> None:
    if count > reader.limit:
        rest = counted(count - reader.limit, f"more {noun}")
        console.print(said(f"… and {rest}: {reader.again} {option}--limit {count}"), soft_wrap=True)
