"""A page in headless Chromium, driven through the DevTools protocol: clicks, what it asked for and complained of."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_CHROMIUM = "Chromium is not installed: apt install chromium"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--window-size=1400,1000",
)
_STEP_S = 0.05
_LIMIT_S = 60.0


class Page:
    """One open page: scripts are run in it, its requests and complaints are kept."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self.requested: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """One command and its answer; what happens meanwhile is noted."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            told = json.loads(self._socket.recv(timeout=_LIMIT_S))
            if told.get("id") == self._number:
                assert "error" not in told, told
                return dict(told["result"])
            self._note(told.get("method", ""), told.get("params", {}))

    def _note(self, method: str, told: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requested.append(told["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and told["type"] in {"error", "warning", "assert"}:
            self.complaints.append(json.dumps(told["args"])[:500])
        elif method == "Log.entryAdded" and told["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(told["entry"]["text"])

    def open(self, address: str) -> float:
        """Goes to an address; the seconds until it is loaded."""
        started = time.monotonic()
        self.send("Page.navigate", url=address)
        self.wait_for("document.readyState === 'complete'")
        return time.monotonic() - started

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Waits until an expression is true."""
        ends = time.monotonic() + _LIMIT_S
        while not self.run(script):
            assert time.monotonic() < ends, f"still not so: {script}\n{self.text()[:2000]}"
            time.sleep(_STEP_S)

    def text(self) -> str:
        """What can be read on the page."""
        return str(self.run("document.body.innerText"))

    def click(self, selector: str, text: str = "") -> None:
        """Clicks with the mouse on the first visible element of the selector that says the text."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})].find("
            f"one => one.offsetParent !== null && one.textContent.includes({json.dumps(text)}))"
        )
        self.wait_for(f"{found} !== undefined")
        self.run(f"{found}.scrollIntoView({{block: 'center'}})")
        box = self.run(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])({found}.getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Types where the cursor stands."""
        self.send("Input.insertText", text=text)


@contextmanager
def open_chromium(profile: Path) -> Iterator[Page]:
    """A fresh Chromium with one empty page; `profile` is a folder of its own."""
    assert CHROMIUM, NO_CHROMIUM
    process = subprocess.Popen(
        [CHROMIUM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_address(profile, process), max_size=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(timeout=_LIMIT_S)


def _address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """Where the page's DevTools listen."""
    ends = time.monotonic() + _LIMIT_S
    told = profile / "DevToolsActivePort"
    while not (told.is_file() and told.read_text(encoding="ascii").strip()):
        assert process.poll() is None, "Chromium ended before it listened"
        assert time.monotonic() < ends, "Chromium does not listen"
        time.sleep(_STEP_S)
    port = told.read_text(encoding="ascii").split()[0]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=_LIMIT_S) as answer:
        pages = [page for page in json.load(answer) if page["type"] == "page"]
    return str(pages[0]["webSocketDebuggerUrl"])
