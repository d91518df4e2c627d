"""A night that lost or doubled what it should not have is stopped; one that grew is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.nights.limits import exceeded_limits, limit_file
from tests.unit.nights.builders import Night

AMOUNTS = tuple(float(amount) for amount in range(1, 101))


def night(documents: int = 20, amounts: tuple[float, ...] = AMOUNTS) -> Night:
    made = Night()
    for number in range(documents):
        made.document(f"k{number}", amounts)
    return made


def moved(tmp_path: Path, old: Night, new: Night) -> set[str]:
    files = old.write(tmp_path / "old.duckdb"), new.write(tmp_path / "new.duckdb")
    return {limit.limit_id for limit in exceeded_limits(*files)}


def test_the_same_twice_moves_nothing(tmp_path: Path) -> None:
    assert moved(tmp_path, night(), night()) == set()


def test_growth_is_no_reason_to_stop(tmp_path: Path) -> None:
    assert moved(tmp_path, night(5), night(60)) == set()


def test_a_folder_not_mounted_is(tmp_path: Path) -> None:
    new = night(10)
    for number in range(10, 20):
        new.document(f"k{number}", (), status="superseded", reason="the file is no longer in the raw folder")
    assert {"documents_readable", "rows_of_marts.fct_form_value"} <= moved(tmp_path, night(), new)


def test_a_row_that_vanished_without_a_word_is(tmp_path: Path) -> None:
    assert moved(tmp_path, night(20), night(19)) == {"documents_listed"}


def test_doubled_rows_are(tmp_path: Path) -> None:
    double = "select value_id || 'x', * exclude value_id from marts.fct_form_value"
    new = night().sql(f"insert into marts.fct_form_value {double}")
    assert moved(tmp_path, night(), new) == {"amount_of_kept_documents", "rows_of_marts.fct_form_value"}


def test_a_unit_read_ten_thousand_times_too_large_is(tmp_path: Path) -> None:
    new = night(19).document("k19", tuple(amount * 10_000 for amount in AMOUNTS))
    assert moved(tmp_path, night(), new) == {"amount_of_kept_documents"}


def test_numbers_no_longer_proven_are(tmp_path: Path) -> None:
    new = night().sql("update marts.fct_form_value set grade = 'unproven' where document_id in ('k0', 'k1')")
    assert moved(tmp_path, night(), new) == {"proven_numbers_of_kept_documents"}


def test_a_few_documents_withdrawn_are_not(tmp_path: Path) -> None:
    new = night(18).document("k18", (), status="superseded").document("k19", (), status="superseded")
    assert moved(tmp_path, night(), new) == set()


def test_a_table_only_one_file_has_is_not_compared(tmp_path: Path) -> None:
    assert moved(tmp_path, night().sql("create table marts.fct_old as select 1 as i"), night()) == set()


def test_what_moved_is_said_with_both_numbers_and_the_limit(tmp_path: Path) -> None:
    (found,) = exceeded_limits(night(20).write(tmp_path / "a.duckdb"), night(19).write(tmp_path / "b.duckdb"))
    assert str(found) == "documents ever seen: 20 in the last good night, 19 now (-5.0%); allowed at most -0%"


@pytest.mark.parametrize("limit", limit_file().numbers, ids=lambda limit: limit.id)
def test_every_limit_limits_something(limit: object) -> None:
    assert getattr(limit, "fall", None) is not None or getattr(limit, "rise", None) is not None
