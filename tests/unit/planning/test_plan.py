"""A plan's arithmetic by hand, what it runs into first, and rates out of a log."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from pipeline.planning.plan import Demand, Limit, Machines, Plan, Stage, make_plan
from pipeline.planning.rates import own_rates, reference_rates
from pipeline.settings import Settings

ROUND = {
    "source": "by hand",
    "page_s": 0.1,
    "scanned_page_s": 4.0,
    "store_document_s": 0.05,
    "values_per_page": 100.0,
    "build_s": 20.0,
    "build_million_values_s": 10.0,
    "publish_s": 5.0,
    "publish_million_values_s": 2.0,
    "worker_mb": 500.0,
    "ocr_worker_mb": 1000.0,
    "raw_page_bytes": 5_000.0,
    "raw_scanned_page_bytes": 100_000.0,
    "lake_value_bytes": 100.0,
    "build_value_bytes": 200.0,
    "published_value_bytes": 50.0,
    "parquet_value_bytes": 10.0,
    "measured_values": 1e6,
}
RATES = reference_rates().model_validate(ROUND)
ONE = Machines(1, cores=1, memory_gb=16, disk_gb=100)


def plan(demand: Demand, machines: Machines = ONE) -> Plan:
    return make_plan(demand, machines, RATES, nights_kept=2)


def seconds(made: Plan) -> dict[Stage, float]:
    return {part.stage: part.seconds for part in made.parts}


def test_the_parts_of_a_plan_are_what_a_hand_works_out() -> None:
    made = plan(Demand(documents=1_000, pages=20_000, scanned_pages=100))
    assert seconds(made) == pytest.approx(
        {Stage.READ: 1_990, Stage.RECOGNISE: 400, Stage.STORE: 50, Stage.BUILD: 40, Stage.PUBLISH: 9}
    )
    assert made.seconds == pytest.approx(1_990 + 400 + 40 + 9)
    assert (made.values, made.longest.stage, made.limit) == (2_000_000, Stage.READ, Limit.TIME)
    assert made.memory_gb == pytest.approx((1_000 + 2_000) / 1000)
    assert made.disk_gb == pytest.approx(
        {"documents": 0.1095, "lake": 0.2, "build": 0.4, "published": 0.1, "nights": 0.2, "parquet": 0.02}
    )


def test_more_cores_read_faster_and_build_no_faster() -> None:
    demand = Demand(documents=1_000, pages=20_000)
    one, ten = seconds(plan(demand)), seconds(plan(demand, Machines(1, cores=10, memory_gb=16, disk_gb=100)))
    assert ten[Stage.READ] == pytest.approx(one[Stage.READ] / 8.5)
    assert ten[Stage.BUILD] == one[Stage.BUILD]


def test_on_many_cores_of_one_machine_the_process_that_stores_is_the_limit() -> None:
    demand = Demand(documents=100_000, pages=200_000)
    made = plan(demand, Machines(1, cores=64, memory_gb=256, disk_gb=1_000))
    assert made.longest.stage is Stage.STORE
    assert made.seconds == pytest.approx(5_000 + 20 + 200 + 5 + 40)
    spread = plan(demand, Machines(4, cores=16, memory_gb=64, disk_gb=1_000))
    assert seconds(spread)[Stage.STORE] < seconds(spread)[Stage.READ]


def test_memory_allows_so_many_processes() -> None:
    cramped = plan(Demand(1_000, 20_000, 100), Machines(1, cores=32, memory_gb=6, disk_gb=100))
    assert {part.stage: part.cores for part in cramped.parts if part.stage in (Stage.READ, Stage.RECOGNISE)} == {
        Stage.READ: 8,
        Stage.RECOGNISE: 4,
    }


@pytest.mark.parametrize(
    ("machines", "limit"),
    [
        (Machines(1, cores=8, memory_gb=4, disk_gb=1_000), Limit.MEMORY),
        (Machines(1, cores=4, memory_gb=64, disk_gb=10), Limit.DISK),
    ],
    ids=["memory", "disk"],
)
def test_a_machine_that_is_too_small_is_told(machines: Machines, limit: Limit) -> None:
    made = plan(Demand(documents=10_000, pages=300_000), machines)
    assert made.limit is limit
    assert made.is_beyond_measured


def write_log(settings: Settings, *lines: dict[str, object] | str) -> None:
    settings.log_file.parent.mkdir(parents=True)
    said = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    settings.log_file.write_text("\n".join(said), encoding="utf-8")


def read_event(**changes: object) -> dict[str, object]:
    return {"event": "read", "status": "loaded", "pages": 100, "seconds": 5.0, "values": 12_000, **changes}


def test_a_warehouse_s_own_nights_give_its_rates(settings: Settings) -> None:
    plain, scan = [read_event()] * 100, [read_event(pages=10, seconds=50.0, values=100)] * 2
    built = {"event": "built", "is_successful": True, "seconds": 500.0}
    write_log(settings, *plain, *scan, read_event(status="quarantined", seconds=999.0), '{"event": "re', built)
    rates = own_rates(settings)
    assert rates is not None
    assert (rates.page_s, rates.scanned_page_s, rates.values_per_page) == (0.05, 5.0, 120.0)
    values = 100 * 12_000 + 2 * 100 + 12_000
    assert rates.build_million_values_s == pytest.approx((500 - reference_rates().build_s) / values * 1e6)
    assert str(settings.warehouse_dir) in rates.source


def test_few_pages_tell_no_rate(settings: Settings) -> None:
    assert own_rates(settings) is None
    write_log(settings, read_event())
    assert own_rates(settings) is None


def test_the_plan_is_printed_with_its_limit_and_its_source(gongkai: Callable[..., Result], settings: Settings) -> None:
    where = ("--warehouse", settings.warehouse_dir)
    country = ("--documents", "4500000", "--pages", "135000000", "--scanned", "1000000")
    cluster = ("--machines", "20", "--cores", "16", "--memory", "64", "--disk", "100000")
    result = gongkai("plan", *country, *cluster, *where)
    assert result.exit_code == 0, result.output
    assert "The limit is time" in result.output
    assert "drawn on in a straight line" in result.output
    assert reference_rates().source in result.output
    wrong = gongkai("plan", "--documents", "1", "--pages", "1", "--scanned", "2", *where)
    assert wrong.exit_code == 1
    assert "2 scanned pages of 1 pages" in wrong.output
