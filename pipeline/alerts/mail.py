"""An alert as an e-mail, handed to an SMTP server.

What lives here: the message and the talk with the server. What must not: when to send.
"""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from pipeline.alerts.alert import SENDER, Alert
from pipeline.errors import BadSetting
from pipeline.settings import Settings

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def send_mail(settings: Settings, alert: Alert) -> None:
    """Hands one message for all addresses to the server.

    Raises:
        BadSetting: A password would travel unencrypted to another machine.
        smtplib.SMTPException, OSError: The server cannot be reached or refuses; also when it offers no TLS.
    """
    _refuse_open_password(settings)
    with _connect(settings) as server:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(mail_of(settings, alert))


def mail_of(settings: Settings, alert: Alert) -> EmailMessage:
    """The message: plain text, marked as sent by a program so that nobody's absence note answers it."""
    message = EmailMessage()
    message["Subject"] = alert.subject()
    message["From"] = settings.alert_mail_from or settings.alert_mail_addresses[0]
    message["To"] = ", ".join(settings.alert_mail_addresses)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=SENDER)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(alert.text())
    return message


def _connect(settings: Settings) -> smtplib.SMTP:
    port = settings.smtp_port or _PORTS[settings.smtp_security]
    limit = settings.alert_timeout_s
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(settings.smtp_host, port, timeout=limit, context=ssl.create_default_context())
    return smtplib.SMTP(settings.smtp_host, port, timeout=limit)


def _refuse_open_password(settings: Settings) -> None:
    if settings.smtp_user and settings.smtp_security == "none" and not is_loopback(settings.smtp_host):
        raise BadSetting(
            "the mail password would travel unencrypted to another machine",
            expected="GONGKAI_SMTP_SECURITY starttls or tls",
            remedy="set it, or leave GONGKAI_SMTP_USER empty",
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or number.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("mail.example.org")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
