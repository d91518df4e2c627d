"""Makes the demo set of `data/raw/` and the truth files beside it: `python -m tests.corpus.make_demo`.

The figures are those of five published documents (`facts/`); each is set again in another format. Running it twice
gives the same bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.facts_files import fact_file_names, load_facts
from tests.corpus.narrative_files import load_whole_facts
from tests.corpus.truth_files import truth_to_csv
from tests.corpus.typeset import Format, Style, Typeset, typeset
from tests.corpus.write_xlsx import XlsxStyle

ROOT = Path(__file__).parents[2]
RAW_DIR = ROOT / "data" / "raw"
GOLDEN_DIR = ROOT / "tests" / "golden"
MANIFEST_COLUMNS = ("relative_path", "source_url", "retrieved_at", "description")


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file of the demo set: which facts, in which format, under which name."""

    file_name: str
    facts_name: str
    file_format: Format
    style: Style | None = None


DEMO_FILES = (
    DemoFile("沁源县人民政府办公室2022年度部门决算.pdf", "qinyuan_government_office_2022_final", Format.PDF),
    DemoFile(
        "阳城县人民政府办公室2024年度单位决算.xlsx",
        "yangcheng_government_office_2024_final",
        Format.XLSX,
        XlsxStyle(codes_as_floats=True, stores_noise=True),
    ),
    DemoFile("晋城市政务服务中心2022年度单位决算.docx", "jincheng_government_service_centre_2022_final", Format.DOCX),
    DemoFile(
        "沁源县直属机关事务服务中心2023年部门预算.txt",
        "qinyuan_affairs_service_centre_2023_budget",
        Format.WHITESPACE_TEXT,
    ),
    DemoFile(
        "三门峡市人民政府办公室2023年度部门决算.txt",
        "sanmenxia_government_office_2023_final",
        Format.TABBED_TEXT,
    ),
)


def make_demo_files() -> dict[str, Typeset]:
    """The demo set: file name to typeset file."""
    return {
        demo.file_name: typeset(load_whole_facts(demo.facts_name), demo.file_format, demo.style, is_demo=True)
        for demo in DEMO_FILES
    }


def make_manifest() -> str:
    """The MANIFEST of the demo set as CSV. Addresses and times are empty: these files were never published."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(MANIFEST_COLUMNS)
    for demo in sorted(DEMO_FILES, key=lambda demo: demo.file_name):
        facts = load_facts(demo.facts_name)
        writer.writerow((demo.file_name, "", "", f"Re-set by tests/corpus from the figures of {facts.source}"))
    return out.getvalue()


def make_demo_truth(files: Mapping[str, Typeset]) -> str:
    """Every number of the demo set, as CSV."""
    return truth_to_csv((name, files[name].expected_values) for name in sorted(files))


def make_seed_truth() -> str:
    """Every number of the statutory forms of the five source documents, by their own file names, as CSV."""
    facts = sorted((load_facts(name) for name in fact_file_names()), key=lambda document: document.source)
    return truth_to_csv((f.source, typeset(f, Format.TABBED_TEXT).expected_values) for f in facts)


def write_demo(raw_dir: Path = RAW_DIR, golden_dir: Path = GOLDEN_DIR) -> None:
    """Writes the demo set, its MANIFEST and both truth files."""
    raw_dir.mkdir(parents=True, exist_ok=True)
    golden_dir.mkdir(parents=True, exist_ok=True)
    files = make_demo_files()
    for name, made in files.items():
        (raw_dir / name).write_bytes(made.content)
    (raw_dir / "MANIFEST.csv").write_text(make_manifest(), encoding="utf-8")
    (golden_dir / "demo_expected.csv").write_text(make_demo_truth(files), encoding="utf-8")
    (golden_dir / "seed_expected.csv").write_text(make_seed_truth(), encoding="utf-8")


if __name__ == "__main__":
    write_demo()
