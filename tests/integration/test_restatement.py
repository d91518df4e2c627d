"""A file that its publisher replaced: the marts hold the new figures, `fct_restatement` every cell that changed."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import Result

from tests.conftest import BuiltWarehouse

Gongkai = Callable[..., Result]

FILE = "三门峡市人民政府办公室2023年度部门决算.txt"


@pytest.mark.e2e
def test_every_cell_a_replaced_file_changed_is_listed(built: BuiltWarehouse, gongkai: Gongkai, tmp_path: Path) -> None:
    copy = built.copy_to(tmp_path)
    (copy.raw_dir / "zz_copy.txt").unlink()  # the same bytes under another name: they would stay published
    document = copy.raw_dir / FILE
    text = document.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "2130599" in line and "12.03" in line)
    document.write_text(text.replace(line, line.replace("12.03", "13.03")), encoding="utf-8")
    result = gongkai("run", "--raw", copy.raw_dir, "--warehouse", copy.warehouse_dir)
    assert result.exit_code == 0, result.output
    with duckdb.connect(str(copy.file), read_only=True) as connection:
        restated = connection.execute(
            "select line_code, change_kind, replaced_amount_yuan, amount_yuan, replaced_reported_text, reported_text "
            "from marts.fct_restatement where line_code is not null group by all"
        ).fetchall()
        replaced = connection.execute(
            "select replaced_count from marts.mart_disclosure_ledger as l join marts.dim_document as d "
            "using (department_id, fiscal_year, phase) where d.file_name = ? and d.status <> 'superseded'",
            [FILE],
        ).fetchall()
    assert ("2130599", "changed", Decimal("120300.00"), Decimal("130300.00"), "12.03", "13.03") in restated
    assert {row[0] for row in restated} == {"2130599"}
    assert replaced == [(1,)]
