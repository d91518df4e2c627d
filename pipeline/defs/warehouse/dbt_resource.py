"""dbt as our runs call it: without the two things Dagster prepares for each call that cost seconds and serve nobody.

What lives here: how dbt is called. What must not: what it builds.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from typing import Any

from dagster_dbt import DbtCliResource
from packaging.version import Version


class InstalledDbt(DbtCliResource):
    """The dbt of this environment, writing no second log.

    Dagster starts `dbt --version` before a call, to tell dbt-core from dbt fusion; here dbt-core is pinned and
    installed beside us. It also loads all of dbt into its own process for row counts and columns, which we do not ask
    for. The debug log that dbt writes beside what it says (15 MB a build) took a quarter of its time.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:  # noqa: ARG002 (as the base class has it)
        return None
