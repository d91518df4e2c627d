"""A headless Chromium that tests click in, over its DevTools protocol; no network is let through.

What lives here: starting it, keys, clicks, pictures. What must not: what any page should show.
"""

from __future__ import annotations

import base64
import itertools
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: Starting takes a second on an idle machine, and many on a busy one.
START_TIMEOUT_S = 90.0
ANSWER_TIMEOUT_S = 60.0
_LARGEST_MESSAGE = 64 * 1024 * 1024


def find_browser() -> str | None:
    """The path of a browser that can be driven, or `None`."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@dataclass
class Tab:
    """One page of the browser; `events` are those not yet asked for."""

    connection: ClientConnection
    events: list[dict[str, Any]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Calls one method and returns its result."""
        number = next(self._numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.connection.recv(timeout=ANSWER_TIMEOUT_S))
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return dict(message["result"])
            self.events.append(message)

    def run(self, script: str) -> Any:
        """The value of an expression in the page; promises are waited for."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait_for(self, condition: str, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Waits until an expression is true."""
        end = time.monotonic() + timeout_s
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > end:
                raise TimeoutError(f"never true: {condition}")
            time.sleep(0.05)

    def open(self, address: str) -> None:
        """Loads a page anew, also where only what stands after `#` differs."""
        self.send("Page.navigate", url="about:blank")
        self.wait_for("location.href === 'about:blank'")
        self.send("Page.navigate", url=address)
        self.wait_for("location.href !== 'about:blank' && document.readyState === 'complete'")

    def text(self) -> str:
        """What can be read on the page."""
        return str(self.run("document.body.innerText"))

    def click(self, selector: str, text: str = "") -> None:
        """Clicks with the mouse the first visible element of the selector that says the text, as a person would."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})].find("
            f"one => one.getClientRects().length > 0 && one.textContent.includes({json.dumps(text)}))"
        )
        self.wait_for(f"{found} !== undefined")
        self.run(f"{found}.scrollIntoView({{block: 'center', inline: 'center'}})")
        box = self.run(
            f"(({{x, y, width, height}}) => [x + width / 2, y + height / 2])({found}.getBoundingClientRect())"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Types where the cursor stands."""
        self.send("Input.insertText", text=text)

    def press(self, key: str, code: int) -> None:
        """Presses a key, e.g. `press("Tab", 9)`."""
        text = {"Enter": "\r", " ": " "}.get(key)
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)

    def choose(self, selector: str, value: str) -> None:
        """Chooses an option of a list."""
        self.run(
            f"(() => {{ const s = document.querySelector({json.dumps(selector)}); s.value = {json.dumps(value)}; "
            "s.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )

    def resize(self, width: int, height: int, scale: float = 1) -> None:
        """Sets the size of the window in pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    def picture(self, file: Path, height: int | None = None) -> None:
        """Writes what the window shows, or the top of the page to `height`, as PNG."""
        size = self.run("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], height or size[1]), "scale": 1}
        answer = self.send("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(answer["data"]))

    def requested(self) -> list[str]:
        """The addresses of everything loaded so far, told by the browser itself."""
        self.run("1")
        return [
            event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Errors and warnings of scripts and of the console, refused contents among them."""
        self.run("1")
        found = []
        for event in self.events:
            method, told = event["method"], event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(str(told["exceptionDetails"]))
            if method == "Runtime.consoleAPICalled" and told["type"] in {"error", "warning", "assert"}:
                found.append(str(told["args"]))
            if method == "Log.entryAdded" and told["entry"]["level"] in {"error", "warning"}:
                found.append(str(told["entry"]["text"]))
        return found


@contextmanager
def open_browser(browser: str, downloads: Path) -> Iterator[Tab]:
    """Starts the browser with a profile of its own and one tab; ends it and what it started.

    Args:
        browser: As `find_browser` says.
        downloads: Folder in which downloads arrive.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [
                browser,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            port, _ = _wait_for_port(Path(profile), process)
            with connect(f"ws://127.0.0.1:{port}{_target(port)}", max_size=_LARGEST_MESSAGE, proxy=None) as connection:
                tab = Tab(connection)
                for domain in ("Page", "Runtime", "Network", "Log"):
                    tab.send(f"{domain}.enable")
                tab.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
                tab.resize(1280, 900)
                yield tab
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_port(profile: Path, process: subprocess.Popen[bytes]) -> tuple[int, str]:
    """The port the browser listens on, which it writes into its profile."""
    end = time.monotonic() + START_TIMEOUT_S
    told = profile / "DevToolsActivePort"
    while time.monotonic() < end and process.poll() is None:
        if told.is_file() and len(lines := told.read_text().splitlines()) > 1:
            return int(lines[0]), lines[1]
        time.sleep(0.05)
    raise TimeoutError("the browser did not start")


def _target(port: int) -> str:
    """The path of the first tab's socket."""
    from urllib.request import ProxyHandler, build_opener

    opener = build_opener(ProxyHandler({}))
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        tabs = json.loads(opener.open(f"http://127.0.0.1:{port}/json/list", timeout=10).read())
        for tab in tabs:
            if tab["type"] == "page":
                return "/" + str(tab["webSocketDebuggerUrl"]).split("/", 3)[3]
        time.sleep(0.05)
    raise TimeoutError("the browser has no tab")
