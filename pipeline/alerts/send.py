"""The one hook: an alert goes to the log and to every channel that is configured, and the run goes on whatever happens.

What lives here: which channels there are, the time limit, what could not be delivered. What must not: an alert's words.
"""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Callable

import httpx
import structlog

from pipeline.alerts.alert import Alert
from pipeline.alerts.mail import send_mail
from pipeline.alerts.webhook import post_alert
from pipeline.errors import FiscalError
from pipeline.settings import Settings

Channel = Callable[[Settings, Alert], None]
#: A channel's own limit holds for each wait on the network; a server that answers one letter a second passes it.
_WHOLE_LIMIT_FACTOR = 2.0


def send_alert(settings: Settings, alert: Alert) -> list[str]:
    """Sends an alert to every configured channel at once, in a limited time.

    Returns:
        What could not be delivered, one line a channel and without any secret; empty when all went well.
    """
    structlog.get_logger().log(
        _LOG_LEVELS[alert.level],
        "alert",
        stage="alert",
        level_of_alert=alert.level,
        title=alert.title,
        body=alert.body,
        facts=dict(alert.facts),
    )
    failures: dict[str, str] = {}
    threads = {
        name: threading.Thread(target=_deliver, args=(channel, settings, alert, name, failures), daemon=True)
        for name, channel in _channels(settings).items()
    }
    for thread in threads.values():
        thread.start()
    limit_s = settings.alert_timeout_s * _WHOLE_LIMIT_FACTOR
    for name, thread in threads.items():
        thread.join(limit_s)
        if thread.is_alive():  # a daemon thread: it does not keep the program from ending
            failures[name] = f"no end after {limit_s:g} seconds"
    undelivered = [f"{name}: {failures[name]}" for name in threads if name in failures]
    for line in undelivered:
        structlog.get_logger().warning("alert_not_delivered", stage="alert", title=alert.title, reason=line)
    return undelivered


_LOG_LEVELS = {"failure": 40, "warning": 30, "recovered": 20}


def _channels(settings: Settings) -> dict[str, Channel]:
    channels: dict[str, Channel] = {}
    if settings.alert_mail_addresses:
        channels["e-mail"] = send_mail
    if settings.alert_webhook_url.get_secret_value():
        channels["webhook"] = post_alert
    return channels


def _deliver(channel: Channel, settings: Settings, alert: Alert, name: str, failures: dict[str, str]) -> None:
    try:
        channel(settings, alert)
    except Exception as error:  # noqa: BLE001 (an alert that fails must never end the night it tells of)
        failures[name] = _said_by(error)


def _said_by(error: Exception) -> str:
    """What went wrong, by kind: the words of libraries quote addresses with keys, servers quote passwords."""
    if isinstance(error, FiscalError):
        return str(error)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}, the server answered {error.smtp_code}"
    if isinstance(error, ssl.SSLError):
        return f"{type(error).__name__}, {error.reason}"
    if isinstance(error, httpx.HTTPError):
        return f"{type(error).__name__}, the address of GONGKAI_ALERT_WEBHOOK_URL gave no answer"
    return f"{type(error).__name__}{f', {error.strerror}' if isinstance(error, OSError) and error.strerror else ''}"
