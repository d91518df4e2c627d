"""An alert as JSON, posted to an address: to a program of one's own, or to a chat bot of `bots.yaml`.

What lives here: the body and the post. What must not: when to send. The address holds a bot's key: it is never said.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt

from pipeline.alerts.alert import SENDER, Alert
from pipeline.errors import BadSetting, RefusedAlert
from pipeline.settings import Settings

_TEXT = "{text}"
_CUT = " …"


class Bot(BaseModel):
    """One entry of `bots.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body: dict[str, Any] = {}
    accepted: dict[str, int | str] = {}
    max_bytes: PositiveInt = 1_000_000


@cache
def bots() -> dict[str, Bot]:
    """The bots that are known, by the name of their format."""
    stored = yaml.safe_load(Path(__file__).with_name("bots.yaml").read_text(encoding="utf-8"))
    return {name: Bot.model_validate(entry) for name, entry in stored.items()}


def post_alert(settings: Settings, alert: Alert) -> None:
    """Posts the alert once; a connection that fails is tried a second time.

    Raises:
        BadSetting: The format is not in `bots.yaml`.
        RefusedAlert: The answer is no 2xx, or the bot says that it did not take the message.
        httpx.HTTPError: The address cannot be reached.
    """
    bot = bots().get(settings.alert_webhook_format)
    if bot is None:
        raise BadSetting(
            f"the webhook format {settings.alert_webhook_format}",
            expected=f"one of {', '.join(bots())}",
            remedy="correct GONGKAI_ALERT_WEBHOOK_FORMAT",
        )
    with httpx.Client(
        transport=httpx.HTTPTransport(retries=1), timeout=settings.alert_timeout_s, follow_redirects=False
    ) as client:
        answer = client.post(settings.alert_webhook_url.get_secret_value(), json=body_of(bot, alert))
    _refuse_unless_accepted(bot, answer)


def body_of(bot: Bot, alert: Alert) -> dict[str, Any]:
    """What is posted: the bot's body with the text in its place, else the alert by its parts."""
    if not bot.body:
        parts = {"level": alert.level, "title": alert.title, "body": alert.body, "facts": dict(alert.facts)}
        return {"source": SENDER, **parts}
    filled = _filled(bot.body, _cut(alert.text(), bot.max_bytes))
    return dict(filled)


def _filled(part: Any, text: str) -> Any:  # noqa: ANN401 (a tree of JSON)
    if isinstance(part, dict):
        return {name: _filled(value, text) for name, value in part.items()}
    return text if part == _TEXT else part


def _cut(text: str, max_bytes: int) -> str:
    raw = text.encode()
    if len(raw) <= max_bytes:
        return text
    return raw[: max_bytes - len(_CUT.encode())].decode(errors="ignore") + _CUT


def _refuse_unless_accepted(bot: Bot, answer: httpx.Response) -> None:
    if not answer.is_success:
        raise RefusedAlert(f"the answer was {answer.status_code}", expected="an answer from 200 to 299")
    if not bot.accepted:
        return
    try:
        said = answer.json()
    except ValueError as error:
        raise RefusedAlert("the answer was no JSON", expected=f"{bot.accepted}") from error
    found = {name: said.get(name) if isinstance(said, dict) else None for name in bot.accepted}
    if found != bot.accepted:
        raise RefusedAlert(f"the bot answered {found}", expected=f"{bot.accepted}")
