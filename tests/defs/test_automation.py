"""What starts a night, what is tried again, and who is told: through Dagster's own sensors, in this process."""

import os
import time
from collections.abc import Callable

import dagster as dg
import pytest
from dagster._core.test_utils import create_run_for_test

from pipeline.alerts import told
from pipeline.alerts.alert import Alert
from pipeline.defs import failures
from pipeline.defs.automation import alerting, watching
from pipeline.defs.automation.alerting import alert_sensors
from pipeline.defs.slices import SLICES, add_slices
from pipeline.defs.warehouse import assets as warehouse
from pipeline.errors import BadFolder, BuildFailed, FiscalError
from pipeline.settings import Settings, activate


@pytest.fixture
def active(settings: Settings) -> Settings:
    activate(settings)
    return settings


@pytest.fixture
def instance() -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Alert]:
    alerts: list[Alert] = []
    monkeypatch.setattr(told, "send_alert", lambda _settings, alert: alerts.append(alert) or [])
    return alerts


def put(settings: Settings, name: str, age_s: float = 3600.0) -> None:
    path = settings.raw_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name, encoding="utf-8")
    os.utime(path, (time.time() - age_s,) * 2)


def look(instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    result = watching.look(dg.build_sensor_context(instance=instance, cursor=cursor))
    assert isinstance(result, dg.SensorResult)
    return result


def added(result: dg.SensorResult) -> list[str]:
    return [key for request in result.dynamic_partitions_requests or () for key in request.partition_keys]


def test_a_changed_folder_asks_for_one_night(
    active: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(active, "沁源县/2022年决算.pdf")
    waiting = look(instance)
    assert waiting.run_requests == []  # just written: its inode changed now, whatever its time says
    later = time.time() + 60
    monkeypatch.setattr(watching.time, "time", lambda: later)
    first = look(instance, waiting.cursor)
    assert len(first.run_requests or ()) == 1
    assert look(instance, first.cursor).run_requests == []


def test_new_slices_are_added_and_start_nothing(active: Settings, instance: dg.DagsterInstance) -> None:
    put(active, "沁源县/2022年决算.pdf")
    found = watching.look_for_slices(dg.build_sensor_context(instance=instance))
    assert isinstance(found, dg.SensorResult)
    assert (added(found), found.run_requests or []) == (["沁源县|2022"], [])
    add_slices(instance, added(found))
    assert isinstance(watching.look_for_slices(dg.build_sensor_context(instance=instance)), dg.SkipReason)


@pytest.mark.parametrize("look_at", [watching.look, watching.look_for_slices])
def test_a_folder_that_is_not_mounted_asks_for_nothing(
    look_at: Callable[[dg.SensorEvaluationContext], object], active: Settings, instance: dg.DagsterInstance
) -> None:
    active.raw_dir.rmdir()
    assert isinstance(look_at(dg.build_sensor_context(instance=instance)), dg.SkipReason)


def test_there_are_never_more_slices_than_dagster_can_show(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.defs.slices.MOST_SLICES", 3)
    assert (add_slices(instance, ["a", "b"]), add_slices(instance, ["b", "c", "d"]), add_slices(instance, ["e"])) == (
        2,
        1,
        0,
    )
    assert set(instance.get_dynamic_partitions(SLICES.name or "")) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("error", "tries"),
    [(OSError(5, "Input/output error"), 3), (BadFolder("gone"), 3), (BuildFailed("2 tests failed"), 1)],
)
@pytest.mark.parametrize("is_server", [True, False])
def test_only_what_may_pass_is_tried_again_and_only_by_a_server(
    error: Exception, tries: int, is_server: bool, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "FIRST_WAIT_S", 0.0)
    monkeypatch.setattr(dg.DagsterInstance, "is_ephemeral", not is_server)
    tried: list[int] = []

    @dg.asset
    def table(context: dg.AssetExecutionContext) -> None:
        with failures.told_to_operator(context):
            tried.append(1)
            raise error

    result = dg.materialize([table], instance=instance, raise_on_error=False)
    assert len(tried) == (tries if is_server else 1)
    (failed,) = [event for event in result.all_node_events if event.is_step_failure]
    assert failed.step_failure_data.user_failure_data is not None
    assert failed.step_failure_data.user_failure_data.description == failures.said_of(error)


def failing(words: str) -> dg.JobDefinition:
    @dg.op
    def step(context: dg.OpExecutionContext) -> None:
        if words == "a defect":
            raise ValueError("经办人：张三")
        raise dg.Failure(str(FiscalError(words, remedy="look")), allow_retries=False)

    @dg.job(name="nightly")
    def nightly() -> None:
        step()

    return nightly


def evaluate(job: dg.JobDefinition, instance: dg.DagsterInstance) -> None:
    """Runs a job and gives its end to the sensor of that outcome."""
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    kind = "success" if result.success else "failure"
    sensor = next(sensor for sensor in alert_sensors() if sensor.name.endswith(kind))
    event = result.get_run_success_event() if result.success else result.get_run_failure_event()
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name, dagster_instance=instance, dagster_run=result.dagster_run, dagster_event=event
    )
    sensor(context.for_run_failure() if kind == "failure" else context)


def test_a_failed_night_is_told_in_our_words_and_the_next_good_one_too(
    active: Settings, instance: dg.DagsterInstance, sent: list[Alert]
) -> None:
    @dg.job(name="nightly")
    def good() -> None:
        pass

    evaluate(failing("2 tests failed: 经办人：张三"), instance)
    evaluate(failing("a defect"), instance)
    evaluate(good, instance)
    evaluate(good, instance)
    assert [alert.level for alert in sent] == ["failure", "failure", "recovered"]
    assert sent[0].body.startswith("step: 2 tests failed: 经办人：[姓名]; to do: look\n\nNothing was published")
    assert sent[1].body.startswith("step: ")
    assert "张三" not in str(sent)


def test_a_check_that_begins_to_warn_is_told_once(
    active: Settings, instance: dg.DagsterInstance, sent: list[Alert]
) -> None:
    @dg.asset
    def table() -> None: ...

    @dg.asset_check(asset=table)
    def sums_hold() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN, description="3 sums break")

    definitions = dg.Definitions(
        assets=[table], asset_checks=[sums_hold], jobs=[dg.define_asset_job("nightly", selection="*")]
    )
    for _night in range(2):
        evaluate(definitions.resolve_job_def("nightly"), instance)
    assert [alert.body.split("\n")[0] for alert in sent] == ["table sums_hold: 3 sums break"]


def test_a_retried_run_is_told_when_its_last_try_has_failed(
    active: Settings, instance: dg.DagsterInstance, sent: list[Alert]
) -> None:
    first = failing("lost").execute_in_process(
        instance=instance, raise_on_error=False, tags={"dagster/will_retry": "true"}
    )
    sensor = alert_sensors()[0]
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name,
        dagster_instance=instance,
        dagster_run=first.dagster_run,
        dagster_event=first.get_run_failure_event(),
    )
    sensor(context.for_run_failure())
    assert sent == []
    assert alerting.failure_alert("nightly", "r", [], []).body.startswith("the process that ran it died")


def test_only_what_starts_by_itself_depends_on_the_schedule() -> None:
    on, off = (
        {sensor.name: sensor.default_status for sensor in watching.watching_sensors(failing("x"), is_on=is_on)}
        for is_on in (True, False)
    )
    assert on["raw_folder_sensor"] is dg.DefaultSensorStatus.RUNNING
    assert off["raw_folder_sensor"] is dg.DefaultSensorStatus.STOPPED
    assert off["build_after_reread"] is dg.DefaultSensorStatus.RUNNING


@pytest.mark.parametrize("is_server", [True, False])
def test_a_night_that_finds_nothing_changed_keeps_the_published_file_fresh(
    is_server: bool, active: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dg.DagsterInstance, "is_ephemeral", not is_server)
    with dg.build_asset_context(instance=instance) as context:
        warehouse._say_still_good(context, active)
    event = instance.get_latest_materialization_event(warehouse.PUBLISHED)
    assert (event is not None) == is_server
    if event is not None and event.asset_materialization is not None:
        assert event.asset_materialization.metadata["outcome"].value == "unchanged: not built again"


@pytest.mark.parametrize(
    ("job", "keys", "asks"),
    [
        ("__ASSET_JOB", {"slice_documents"}, True),
        ("__ASSET_JOB", {"raw_documents"}, False),
        ("reread", {"slice_documents"}, False),
        ("nightly", None, False),
    ],
)
def test_a_night_follows_slices_that_were_read_again(
    job: str, keys: set[str] | None, asks: bool, instance: dg.DagsterInstance
) -> None:
    selection = frozenset(map(dg.AssetKey, keys)) if keys else None
    run = create_run_for_test(instance, job_name=job, asset_selection=selection, status=dg.DagsterRunStatus.SUCCESS)
    context = dg.build_run_status_sensor_context(
        sensor_name="build_after_reread",
        dagster_instance=instance,
        dagster_run=run,
        dagster_event=dg.DagsterEvent(dg.DagsterEventType.RUN_SUCCESS.value, job),
    )
    _folder, _slices, after_reread = watching.watching_sensors(failing("x"), is_on=False)
    found = after_reread(context)
    assert isinstance(found, dg.RunRequest) == asks
    if isinstance(found, dg.RunRequest):
        assert found.run_key == f"build after {run.run_id}"
