"""A slice of real documents is read again through Dagster, only that slice, and the published file stays as it is."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipeline.logs import configure_logs
from pipeline.settings import Settings, activate
from tests.conftest import BuiltWarehouse

pytestmark = pytest.mark.e2e

OF_2022 = {"沁源县人民政府办公室2022年度部门决算.pdf", "晋城市政务服务中心2022年度单位决算.docx"}


@pytest.fixture
def copied(built: BuiltWarehouse, tmp_path: Path) -> Iterator[Settings]:
    """The built warehouse, active; whatever the environment was comes back."""
    copy = built.copy_to(tmp_path)
    before = dict(os.environ)
    settings = Settings(raw_dir=copy.raw_dir, warehouse_dir=copy.warehouse_dir, workers=2)
    activate(settings)
    configure_logs(settings.log_file)
    yield settings
    os.environ.clear()
    os.environ.update(before)


def bytes_below(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def test_a_backfill_reads_its_slice_again_and_changes_no_byte(copied: Settings) -> None:
    from pipeline.definitions import defs

    definitions = defs()
    published = bytes_below(copied.published_parquet_dir), copied.published_file.read_bytes()
    lake = bytes_below(copied.lake_dir)
    with dg.DagsterInstance.ephemeral() as instance:
        nightly = definitions.resolve_job_def("nightly").execute_in_process(instance=instance)
        assert read_now(nightly, dg.AssetKey(["lake", "document"])) == 0
        assert {"unknown|2022", "unknown|2023", "unknown|2024"} <= set(instance.get_dynamic_partitions("slices"))
        copied.log_file.write_bytes(b"")
        # one run for a whole range is what the backfill policy asks for; by itself it builds nothing
        backfill = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey("slice_documents")],
            tags={
                "dagster/asset_partition_range_start": "unknown|2022",
                "dagster/asset_partition_range_end": "unknown|2022",
            },
        )
        assert read_now(backfill, dg.AssetKey("slice_documents")) == 2
        lost = copied.raw_dir / "晋城市政务服务中心2022年度单位决算.docx"
        shutil.rmtree(copied.lake_dir / "documents" / hashlib.sha256(lost.read_bytes()).hexdigest())
        ahead = definitions.resolve_job_def("read_ahead").execute_in_process(
            instance=instance, partition_key="unknown|2022"
        )
        assert read_now(ahead, dg.AssetKey("documents_ahead")) == 1
        reread = definitions.resolve_job_def("reread").execute_in_process(
            instance=instance, partition_key="unknown|2024"
        )
        assert read_now(reread, dg.AssetKey("slice_documents")) == 1
        assert read_now(reread, dg.AssetKey(["lake", "document"])) == 0
    log = copied.log_file.read_text(encoding="utf-8")
    assert {name for name in OF_2022 if name in log} == OF_2022
    assert "沁源县直属机关事务服务中心2023年部门预算" not in log
    assert bytes_below(copied.lake_dir) == lake
    assert (bytes_below(copied.published_parquet_dir), copied.published_file.read_bytes()) == published


def read_now(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> int:
    assert result.success
    (event,) = {
        id(event.materialization.metadata): event
        for event in result.get_asset_materialization_events()
        if event.asset_key == key
    }.values()
    value = event.materialization.metadata["read_now"].value
    assert isinstance(value, int)
    return value
