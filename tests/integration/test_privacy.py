"""Nothing below the warehouse names a person: planted ones in archives and files, and those of the seeds."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.conftest import SHARED, call_gongkai
from tests.corpus.persons import secrets_in, with_persons
from tests.corpus.random_facts import random_facts
from tests.corpus.typeset import Format, typeset

pytestmark = pytest.mark.e2e

#: The official who signs every performance target of seed 003, and his number.
OFFICIALS = ("吴永刚", "13513556122")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run leaves of documents full of persons: files, an archive, a document of no form, and the seeds."""
    folder = tmp_path_factory.mktemp("persons")
    raw_dir = folder / "raw"
    raw_dir.mkdir()
    for number, file_format in enumerate((Format.PDF, Format.XLSX, Format.DOCX, Format.HTML, Format.WHITESPACE_TEXT)):
        made = typeset(with_persons(random_facts(number, "final_2024", item_count=4)), file_format)
        (raw_dir / f"决算{number}{made.ending}").write_bytes(made.content)
    packed = io.BytesIO()
    made = typeset(with_persons(random_facts(9, "final_2024", item_count=4)), Format.TABBED_TEXT)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("决算.txt", made.content)
    (raw_dir / "决算.zip").write_bytes(packed.getvalue())
    (raw_dir / "名单.txt").write_text("经办人：赵敏芝 13800138000\n钱国栋同志 13912345678", encoding="utf-8")
    for seed in (SHARED / "seeds").glob("*.txt"):
        shutil.copyfile(seed, raw_dir / seed.name)
    before = dict(os.environ)
    results = [
        call_gongkai("run", "--raw", raw_dir, "--warehouse", folder / "warehouse"),
        call_gongkai("check", "--html", "--raw", raw_dir, "--warehouse", folder / "warehouse"),
        call_gongkai("site", "--warehouse", folder / "warehouse"),
    ]
    os.environ.clear()
    os.environ.update(before)
    for result in results:
        assert result.exit_code == 0, result.output
        assert secrets_in(result.output) == []
    return folder / "warehouse"


def texts_below(folder: Path) -> dict[str, str]:
    """All that can be read in every file: Parquet and DuckDB unpacked, everything else as bytes."""
    return {str(path.relative_to(folder)): text_of(path) for path in folder.rglob("*") if path.is_file()}


def text_of(path: Path) -> str:
    if path.suffix == ".parquet":
        return repr(pl.read_parquet(path).rows())
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            return repr([connection.execute(f'from "{schema}"."{table}"').fetchall() for schema, table in tables])
    return path.read_bytes().decode(errors="replace")


def test_planted_persons_are_in_no_table_log_or_page(warehouse: Path) -> None:
    texts = texts_below(warehouse)
    assert {name: found for name, text in texts.items() if (found := secrets_in(text))} == {}
    assert any(name.endswith("gongkai.jsonl") for name in texts)
    with duckdb.connect(str(warehouse / "fiscal.duckdb"), read_only=True) as connection:
        counted = connection.execute(
            "select count(distinct document_id) from marts.fct_withheld where personal_data = 'identity_number'"
        ).fetchone()
    assert counted == (6,)


def test_the_officials_of_the_seeds_are_nowhere(warehouse: Path) -> None:
    if not (SHARED / "seeds").is_dir():
        pytest.skip("needs ../shared/seeds, which is not in the repository")
    assert [name for name, text in texts_below(warehouse).items() if any(one in text for one in OFFICIALS)] == []
    with duckdb.connect(str(warehouse / "fiscal.duckdb"), read_only=True) as connection:
        withheld = connection.execute(
            """
            select personal_data, count(*)
            from marts.fct_withheld
            inner join marts.dim_document using (document_id)
            where file_name like '003%'
            group by all
            order by all
            """
        ).fetchall()
    assert withheld == [("name", 20), ("telephone", 20)]
