"""docs/deploy/k8s.yaml: Kubernetes takes every object, Dagster its configuration, and the pod of a run holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from dagster._config import process_config
from dagster._core.instance.config import dagster_instance_config
from dagster_k8s.job import DagsterK8sJobConfig, UserDefinedDagsterK8sConfig, construct_dagster_k8s_job
from dagster_k8s.launcher import K8sRunLauncher
from kubernetes.client import ApiClient

from pipeline.commands.dagster_home import instance_config
from pipeline.errors import BadSetting
from pipeline.settings import Settings
from tests.conftest import REPOSITORY

FILE = REPOSITORY / "docs" / "deploy" / "k8s.yaml"
OBJECTS: list[dict[str, Any]] = list(yaml.safe_load_all(FILE.read_text(encoding="utf-8")))
VERSIONS = ("1.30", "1.37")


def named(kind: str) -> dict[str, dict[str, Any]]:
    return {thing["metadata"]["name"]: thing for thing in OBJECTS if thing["kind"] == kind}


DAGSTER: str = named("ConfigMap")["gongkai-dagster"]["data"]["dagster.yaml"]
LAUNCHER: dict[str, Any] = yaml.safe_load(DAGSTER)["run_launcher"]


@pytest.fixture(scope="module")
def run_pod() -> dict[str, Any]:
    """The job that dagster-k8s makes of a run, as it is sent."""
    checked = process_config(K8sRunLauncher.config_type(), LAUNCHER["config"])
    assert checked.success, checked.errors
    config = checked.value
    assert config is not None
    job_config = DagsterK8sJobConfig(
        **{name: value for name, value in config.items() if name in DagsterK8sJobConfig._fields}
    )
    user = UserDefinedDagsterK8sConfig.from_dict(config["run_k8s_config"])
    arguments = ["dagster", "api", "execute_run", "{}"]
    job = construct_dagster_k8s_job(job_config, arguments, "dagster-run-1", user, component="run_worker")
    sent: dict[str, Any] = ApiClient().sanitize_for_serialization(job)
    return sent


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("thing", OBJECTS, ids=lambda thing: f"{thing['kind']} {thing['metadata']['name']}")
def test_kubernetes_takes_every_object(thing: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(thing, version, strict=True)
    assert thing["metadata"]["namespace"] == "gongkai"


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_the_job_of_a_run(run_pod: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(run_pod, version, strict=True)


def test_dagster_takes_its_configuration_whole_and_as_sections(tmp_path: Path) -> None:
    (tmp_path / "dagster.yaml").write_text(DAGSTER, encoding="utf-8")
    whole, _custom = dagster_instance_config(str(tmp_path))
    given = instance_config(Settings(warehouse_dir=tmp_path, dagster_config=tmp_path / "dagster.yaml"))
    assert whole["run_launcher"] == given["run_launcher"] == LAUNCHER
    assert given["concurrency"]["runs"]["max_concurrent_runs"] > 1


def test_everything_named_is_there(run_pod: dict[str, Any]) -> None:
    pods = [thing["spec"]["template"]["spec"] for thing in (*named("Deployment").values(), run_pod)]
    for pod in pods:
        assert pod["serviceAccountName"] in named("ServiceAccount")
        volumes = {volume["name"] for volume in pod["volumes"]}
        for volume in pod["volumes"]:
            claim, config = volume.get("persistentVolumeClaim"), volume.get("configMap")
            assert claim is None or claim["claimName"] in named("PersistentVolumeClaim")
            assert config is None or config["name"] in named("ConfigMap")
        for container in pod["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= volumes
            maps = {source["configMapRef"]["name"] for source in container["envFrom"] if "configMapRef" in source}
            assert maps == {"gongkai-settings"}
            # the secret is taken whole: a key asked for by name and not there would keep the pod from starting
            assert not any("valueFrom" in entry for entry in container["env"])
    service = named("Service")["gongkai-web"]["spec"]
    assert service["type"] == "ClusterIP"
    assert service["selector"] == named("Deployment")["gongkai-web"]["spec"]["template"]["metadata"]["labels"]


def test_pods_may_do_little_and_hold_no_secret_in_the_file(run_pod: dict[str, Any]) -> None:
    for thing in (*named("Deployment").values(), run_pod):
        pod = thing["spec"]["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in pod["containers"]:
            allowed = container["securityContext"]
            assert (allowed["allowPrivilegeEscalation"], allowed["readOnlyRootFilesystem"]) == (False, True)
            assert allowed["capabilities"] == {"drop": ["ALL"]}
    (container,) = run_pod["spec"]["template"]["spec"]["containers"]
    assert (container["command"], container["args"][0]) == (["/usr/bin/env"], "dagster")
    assert run_pod["spec"]["template"]["spec"]["automountServiceAccountToken"] is False
    assert named("Secret") == {}


def test_every_setting_named_exists() -> None:
    names = {*named("ConfigMap")["gongkai-settings"]["data"]}
    names |= {entry["name"] for thing in named("Deployment").values() for entry in _environment(thing)}
    assert {name.removeprefix("GONGKAI_").lower() for name in names} <= set(Settings.model_fields)


def _environment(deployment: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for c in deployment["spec"]["template"]["spec"]["containers"] for entry in c["env"]]


@pytest.mark.parametrize("text", [None, "- a\n", "a: [\n", "\x00"], ids=["no file", "a list", "broken", "no text"])
def test_sections_that_cannot_be_read_are_told(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "dagster.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BadSetting, match="GONGKAI_DAGSTER_CONFIG"):
        instance_config(Settings(warehouse_dir=tmp_path, dagster_config=path))
