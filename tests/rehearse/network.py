"""A worker of a Dask cluster behind a network that is cut off for a minute: the batch ends complete, nothing twice.

    python -m tests.rehearse.network --documents 40 --seconds 60

The worker lives in a network namespace of its own; its cable is taken down while it reads, and put up again. First it
is the only worker, then there is another that goes on meanwhile. Either way the lake must have the same bytes as where
the documents were read by this machine alone. Needs Linux, the right to make namespaces (root), and `ip`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from pipeline.logs import configure_logs
from pipeline.settings import Settings
from tests.bench.base_documents import write_base_documents
from tests.cluster import Cluster, lake_of, read

_OUR_END, _OUR_ADDRESS = "gongkai0", "10.77.77.1"
_THEIR_END, _THEIR_ADDRESS = "gongkai1", "10.77.77.2"
#: A worker that lost its scheduler ends itself; whoever keeps it (systemd, Kubernetes) starts it again.
_AGAIN_AND_AGAIN = ("sh", "-c", 'while :; do "$@"; sleep 1; done', "again")
#: The cable is taken down when so many documents are read.
_CUT_AFTER = 5


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Namespace:
    """A network namespace, and the cable from it to this machine."""

    def __init__(self, stack: ExitStack) -> None:
        self._name = f"gongkai-{os.getpid()}"
        _ip("netns", "add", self._name)
        stack.callback(_ip, "netns", "del", self._name)
        _ip("link", "add", _OUR_END, "type", "veth", "peer", "name", _THEIR_END, "netns", self._name)
        stack.callback(_ip, "link", "del", _OUR_END)  # the kernel takes its time to do it with the namespace
        _ip("addr", "add", f"{_OUR_ADDRESS}/24", "dev", _OUR_END)
        _ip("link", "set", _OUR_END, "up")
        _ip("-n", self._name, "addr", "add", f"{_THEIR_ADDRESS}/24", "dev", _THEIR_END)
        _ip("-n", self._name, "link", "set", _THEIR_END, "up")
        _ip("-n", self._name, "link", "set", "lo", "up")

    @property
    def command(self) -> tuple[str, ...]:
        """What a command begins with that runs inside."""
        return ("ip", "netns", "exec", self._name)

    def cut(self, seconds: float) -> None:
        """Takes the cable down for a while."""
        _ip("link", "set", _OUR_END, "down")
        time.sleep(seconds)
        _ip("link", "set", _OUR_END, "up")


def rehearse(folder: Path, raw: Path, seconds: float, expected: dict[str, str], *, has_other: bool) -> str:
    """Reads the documents with the cable down for a while; says what came of it, and what is wrong."""
    with ExitStack() as stack:
        namespace = Namespace(stack)
        folder.mkdir()
        cluster = Cluster(stack, folder, _OUR_ADDRESS)
        cluster.start_worker(below=(*namespace.command, *_AGAIN_AND_AGAIN))
        if has_other:
            cluster.start_worker()
        settings = Settings(raw_dir=raw, warehouse_dir=folder / "warehouse", executor=cluster.address, cluster_batch=1)
        names: Counter[str] = Counter()
        during: list[int] = []
        cutting = threading.Thread(target=_cut_when, args=(names, namespace.cut, seconds, during), daemon=True)
        cutting.start()
        begun = time.monotonic()
        read(settings, lambda name: names.update([name]))
        took = time.monotonic() - begun
        wrong = [] if during else ["the cable was never cut"]
        cutting.join(1.0)
        wrong += ["the cable is still down"] if cutting.is_alive() else []
        wrong += [] if lake_of(settings) == expected else ["the lake differs"]
        wrong += [] if {*names} == {path.name for path in raw.iterdir()} else ["not every document was read"]
        again = read(settings).read
        wrong += [f"{again} documents are read again"] if again else []
        told = f"{len(names)} documents in {took:.0f} s, cut off for {seconds:g} s after {_CUT_AFTER}"
        told += f", {sum(during)} read meanwhile" if during else ""
        return (
            f"{'two workers' if has_other else 'one worker'}: {told}: {', '.join(wrong) or 'complete, nothing twice'}"
        )


def _cut_when(names: Counter[str], cut: Callable[[float], None], seconds: float, during: list[int]) -> None:
    while names.total() < _CUT_AFTER:
        time.sleep(0.05)
    before = names.total()
    cut(seconds)
    during.append(names.total() - before)


def main() -> None:
    """Runs the rehearsal from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("ip") is None:
        sys.exit("cannot cut a network here. Expected: Linux, root, and ip (Debian, Ubuntu: apt install iproute2)")
    with tempfile.TemporaryDirectory(prefix="gongkai-network-") as name:
        folder = Path(name)
        configure_logs(folder / "rehearsal.jsonl", "INFO")
        raw = folder / "raw"
        raw.mkdir()
        write_base_documents(raw, options.documents)
        here = Settings(raw_dir=raw, warehouse_dir=folder / "here")
        read(here)
        expected = lake_of(here)
        said = []
        for place in ("one", "two"):
            said.append(rehearse(folder / place, raw, options.seconds, expected, has_other=place == "two"))
            print(said[-1], flush=True)
    sys.exit(any(not line.endswith("complete, nothing twice") for line in said))


if __name__ == "__main__":
    main()
