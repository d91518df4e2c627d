"""Typed settings, and the only module that reads or writes the environment.

What lives here: where things are (raw folder, warehouse, dbt project) and the limits of a run. What must not: rules
about documents. Every setting can be given as `GONGKAI_<NAME>`, e.g. `GONGKAI_DOCUMENT_TIMEOUT_S=60`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import (
    AwareDatetime,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.errors import BadSetting

#: Larger than any disclosure seen (the largest real one has 40 MB of scans), smaller than what fills the memory.
DEFAULT_MAX_FILE_BYTES = 100 * 1024 * 1024
#: A real 300-page PDF takes about 20 s; five minutes means that something hangs.
DEFAULT_DOCUMENT_TIMEOUT_S = 300.0
#: A mail server answers within a second; a dead one must not hold up the night.
DEFAULT_ALERT_TIMEOUT_S = 10.0
#: A file changed this recently may still be on its way into the folder.
DEFAULT_DROP_SETTLE_S = 30.0
#: A page of a scan takes 3.3 s, a born-digital PDF of 50 pages half a second: what was dearer than this is kept.
DEFAULT_DEAR_READING_S = 2.0
#: The processes of this machine.
LOCAL_EXECUTOR = "local"
#: What stands for a secret where a setting is shown.
_WITHHELD = "(withheld)"
#: Character recognition of the largest page takes 0.7 GB, the largest text 0.5 GB; the rest is room.
DEFAULT_DOCUMENT_MEMORY_MB = 3072
#: The longest real document, a city's whole budget, has 600 pages.
DEFAULT_MAX_PAGES = 3000


def memory_gb() -> float:
    """The memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def project_root() -> Path:
    """The folder that holds `dbt_project/` and `data/`: the one we stand in, else the one the code stands in."""
    here = Path.cwd()
    if (here / "dbt_project" / "dbt_project.yml").is_file():
        return here
    return Path(__file__).resolve().parent.parent


def _data_folder(name: str) -> Path:
    return project_root() / "data" / name


class Settings(BaseSettings):
    """Where things are, and the limits of a run. All paths are absolute."""

    model_config = SettingsConfigDict(env_prefix="GONGKAI_", frozen=True, extra="ignore")

    raw_dir: Path = Field(default_factory=lambda: _data_folder("raw"), description="Documents as published")
    warehouse_dir: Path = Field(default_factory=lambda: _data_folder("warehouse"), description="Everything built")
    dbt_project_dir: Path = Field(default_factory=lambda: project_root() / "dbt_project")
    max_file_bytes: PositiveInt = DEFAULT_MAX_FILE_BYTES
    document_timeout_s: PositiveFloat = DEFAULT_DOCUMENT_TIMEOUT_S
    document_memory_mb: PositiveInt = DEFAULT_DOCUMENT_MEMORY_MB
    max_pages: PositiveInt = DEFAULT_MAX_PAGES
    workers: PositiveInt = Field(default_factory=lambda: min(os.cpu_count() or 1, 8))
    build_memory_gb: PositiveFloat = Field(
        default_factory=lambda: max(1.0, round(memory_gb() / 2, 1)), description="DuckDB's memory while dbt builds"
    )
    executor: str = Field(default=LOCAL_EXECUTOR, description="Where documents are read: `local` or dask://HOST:PORT")
    cluster_batch: PositiveInt = Field(default=64, description="Documents of one task of a cluster")
    cluster_wait_s: PositiveFloat = Field(default=300.0, description="Seconds a cluster may be without any worker")
    retry_quarantined: bool = False
    sources_file: Path = Field(
        default_factory=lambda given: given["raw_dir"].with_name("sources.csv"),
        description="The list of disclosure pages to fetch; beside the raw folder, and nothing is fetched without it",
    )
    fetch_contact: str = Field(default="", description="Stands in the User-Agent, so that a publisher can write to us")
    fetch_delay_s: NonNegativeFloat = Field(default=1.0, description="Seconds between two requests to one host")
    fetch_hosts: PositiveInt = Field(default=4, le=64, description="Hosts asked at the same time")
    fetch_attempts: PositiveInt = Field(default=4, le=10, description="How often one address is asked in a fetch")
    fetch_timeout_s: PositiveFloat = Field(default=300.0, description="Seconds one answer may take")
    fetch_time_limit_s: PositiveFloat = Field(default=4 * 3600.0, description="Seconds a fetch may take")
    fetch_failure_share: float = Field(default=0.2, ge=0.0, le=1.0, description="Share of addresses that may fail")
    fetch_allow_private: bool = Field(default=False, description="Whether hosts inside private networks are asked")
    nights_kept: PositiveInt = Field(default=7, description="Published nights whose file is kept for a rollback")
    accept_changes: bool = Field(default=False, description="Publish although limits are exceeded, or on hold")
    lock_wait_s: NonNegativeFloat = Field(default=0.0, description="How long to wait for another run to end")
    rehearsal_time: AwareDatetime | None = Field(default=None, description="Taken for now: for rehearsing nights")
    show_progress: bool = False
    log_level: str = "INFO"
    schedule: Literal["on", "off"] = "off"
    drop_settle_s: PositiveFloat = DEFAULT_DROP_SETTLE_S
    ocr_providers: str = Field(
        default="CPUExecutionProvider",
        description="What runs the OCR models of scans: onnxruntime's names, commas between",
    )
    dear_reading_s: PositiveFloat = DEFAULT_DEAR_READING_S
    dagster_postgres_url: SecretStr = SecretStr("")
    dagster_config: Path | None = Field(default=None, description="Sections that stand in dagster.yaml instead of ours")
    alert_mail_to: str = Field(default="", description="Addresses, a comma between them")
    alert_mail_from: str = ""
    alert_webhook_url: SecretStr = SecretStr("")
    alert_webhook_format: str = "json"
    alert_timeout_s: PositiveFloat = DEFAULT_ALERT_TIMEOUT_S
    smtp_host: str = "localhost"
    smtp_port: NonNegativeInt = Field(default=0, description="0: the usual port of the security")
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")

    @field_validator("raw_dir", "warehouse_dir", "dbt_project_dir", "sources_file", "dagster_config")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else None

    def now(self) -> datetime:
        """The time of day, or the one a rehearsal pretends."""
        return self.rehearsal_time or datetime.now(UTC)

    @property
    def alert_mail_addresses(self) -> tuple[str, ...]:
        """Who is mailed; empty: nobody."""
        return tuple(address.strip() for address in self.alert_mail_to.split(",") if address.strip())

    @property
    def ocr_provider_names(self) -> tuple[str, ...]:
        """What runs the OCR models, the preferred one first."""
        return tuple(name.strip() for name in self.ocr_providers.split(",") if name.strip())

    @property
    def lake_dir(self) -> Path:
        """The Parquet files that dbt reads."""
        return self.warehouse_dir / "lake"

    @property
    def unpack_dir(self) -> Path:
        """What archives hold, unpacked; made again when it is gone.

        It holds the publishers' bytes with their persons' names: beside the warehouse, never below it, and hidden, so
        that nobody takes it for a folder of documents.
        """
        return self.warehouse_dir.with_name(f".{self.warehouse_dir.name}.unpacked")

    @property
    def published_file(self) -> Path:
        """The one file that readers open."""
        return self.warehouse_dir / "fiscal.duckdb"

    @property
    def published_parquet_dir(self) -> Path:
        """The same tables as Parquet: `<schema>/<table>.parquet`."""
        return self.warehouse_dir / "parquet"

    @property
    def build_dir(self) -> Path:
        """What a run makes on its way; nobody else reads it."""
        return self.warehouse_dir / "build"

    @property
    def build_file(self) -> Path:
        """The DuckDB file that dbt writes."""
        return self.build_dir / "fiscal_build.duckdb"

    @property
    def dbt_target_dir(self) -> Path:
        """Artefacts of dbt (manifest, run results)."""
        return self.build_dir / "dbt_target"

    @property
    def nights_dir(self) -> Path:
        """The published files of the last nights, a folder each, and the ledger of all nights tried."""
        return self.warehouse_dir / "nights"

    @property
    def ledger_file(self) -> Path:
        """One line when a night begins and one when it ends."""
        return self.nights_dir / "ledger.jsonl"

    @property
    def fingerprint_file(self) -> Path:
        """What the published file was built from."""
        return self.build_dir / "published.json"

    @property
    def log_file(self) -> Path:
        """One JSON line per document and stage."""
        return self.warehouse_dir / "logs" / "gongkai.jsonl"

    @property
    def lock_file(self) -> Path:
        """Held while a run writes below the warehouse folder."""
        return self.warehouse_dir / "run.lock"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own records when it runs as a server."""
        return self.warehouse_dir / "dagster_home"

    @property
    def told_file(self) -> Path:
        """What alerts told people already."""
        return self.warehouse_dir / "alerts" / "told.json"

    @property
    def check_dir(self) -> Path:
        """The pages of `gongkai check --html`."""
        return self.warehouse_dir / "check"

    @property
    def site_dir(self) -> Path:
        """The comparison site of `gongkai site`."""
        return self.warehouse_dir / "site"

    @property
    def docs_dir(self) -> Path:
        """The static dbt documentation."""
        return self.warehouse_dir / "docs"


def load_settings(**overrides: object) -> Settings:
    """Reads the settings from the environment; an override that is not `None` wins.

    Raises:
        BadSetting: An environment variable or option does not have the type its setting needs.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise BadSetting(
            f"the setting {name} is {_WITHHELD if _is_secret(name) else repr(first['input'])}",
            expected=first["msg"],
            remedy=f"correct the option or the environment variable GONGKAI_{name.upper()}",
        ) from error


def _is_secret(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and field.annotation is SecretStr


def activate(settings: Settings) -> None:
    """Writes the settings into the environment, so that dbt, Dagster and worker processes see the same ones."""
    os.environ.update(child_environment(settings))


def child_environment(settings: Settings) -> dict[str, str]:
    """What a child process must see: our settings, the folders dbt's profile asks for, usage statistics off.

    Secrets are among them where they are set, for the child is ours: never log or print this.
    """
    plain = {name: _as_text(value) for name, value in settings.model_dump().items() if value is not None}
    ours = {f"GONGKAI_{name.upper()}": text for name, text in plain.items() if text or not _is_secret(name)}
    return {
        **ours,
        "GONGKAI_LAKE": str(settings.lake_dir).replace("'", "''"),  # stands between quotes in SQL
        "GONGKAI_BUILD_DB": str(settings.build_file),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
        "DO_NOT_TRACK": "1",
    }


def _as_text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def full_environment(settings: Settings, **extra: str) -> dict[str, str]:
    """The whole environment for a child process: ours over what is there, then `extra`."""
    return {**os.environ, **child_environment(settings), **extra}


def use_temp_dir(folder: Path) -> None:
    """Has this process and all it starts make their temporary files in a folder."""
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = str(folder)


def tool_path(name: str) -> Path:
    """Where a program installed beside this Python stands (`dbt`, `dagster`), activated environment or not."""
    return Path(sys.executable).parent / name
