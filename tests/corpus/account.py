"""The account of numbers measured: `python -m tests.corpus.account FOLDER_OR_FILE... [--lines N] [--all]`.

Prints, per document, how many numbers it prints, how many are explained on pages with statutory forms and overall,
then the worst documents with the commonest shapes of their unexplained lines.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.model.account import NumberAccount, NumberKind
from pipeline.model.extract import Extract
from tests.golden.reading import read_file

READ = {".pdf", ".txt", ".xls", ".xlsx", ".doc", ".docx", ".html", ".ofd"}
_DIGITS = re.compile(r"[0-9０-９][0-9０-９,，.]*")


def share(account: NumberAccount, *, on_form_pages: bool = False) -> float | None:
    """The explained share in percent; `None` where no number is printed."""
    total = account.count(on_form_pages=on_form_pages)
    return 100 * account.count(is_explained=True, on_form_pages=on_form_pages) / total if total else None


def shape(line: str) -> str:
    """A line with its numbers folded, so that lines of one kind count together."""
    return _DIGITS.sub("#", line)[:90]


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.suffix.lower() in READ)


def _said(percent: float | None) -> str:
    return "     —" if percent is None else f"{percent:6.1f}"


def _print_document(name: str, extract: Extract) -> None:
    account = extract.account
    print(
        f"{_said(share(account, on_form_pages=True))} of {account.count(on_form_pages=True):>6}"
        f"  {_said(share(account))} of {account.count():>6}  {extract.record.status:<11} {name}"
    )


def _print_lines(extract: Extract, lines: int, *, only_forms: bool) -> None:
    chosen = [line for line in extract.account.unexplained if line.is_form_page or not only_forms]
    shapes = Counter(shape(line.line) for line in chosen)
    first = {shape(line.line): line for line in reversed(chosen)}
    for text, count in shapes.most_common(lines):
        line = first[text]
        place = f"{line.form_id or '-'} p{line.page_no} r{line.row_no}"
        print(f"      {count:>4} × {place} {list(line.numbers)[:6]} {line.line[:110]}")


def main() -> None:
    """Measures the files and folders named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--lines", type=int, default=5, help="shapes of unexplained lines shown per document")
    parser.add_argument("--forms", action="store_true", help="show only lines inside forms")
    parser.add_argument("--worst", type=int, default=10)
    arguments = parser.parse_args()
    extracts = [(path.name, read_file(path)) for path in _files(arguments.paths)]
    print("on form pages     overall")
    for name, extract in extracts:
        _print_document(name, extract)
    kinds: Counter[NumberKind] = Counter()
    for _, extract in extracts:
        for row in extract.account.counts:
            kinds[row.number_kind] += row.token_count
    print("\n" + ", ".join(f"{count:,} {kind.value}" for kind, count in kinds.most_common()))
    for on_form_pages in (True, False):
        total = sum(extract.account.count(on_form_pages=on_form_pages) for _, extract in extracts)
        explained = sum(
            extract.account.count(is_explained=True, on_form_pages=on_form_pages) for _, extract in extracts
        )
        where = "on form pages" if on_form_pages else "overall"
        print(f"{explained:,} of {total:,} explained {where}: {100 * explained / max(total, 1):.2f} %")
    print(f"\nworst {arguments.worst}:")
    ranked = sorted(
        extracts,
        key=lambda pair: (
            -sum(len(line.numbers) for line in pair[1].account.unexplained if line.is_form_page or not arguments.forms)
        ),
    )
    for name, extract in ranked[: arguments.worst]:
        _print_document(name, extract)
        _print_lines(extract, arguments.lines, only_forms=arguments.forms)


if __name__ == "__main__":
    main()
