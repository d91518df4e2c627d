"""Alerts reach real servers, dead ones cost a limited time, and no secret is ever said."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import structlog

from pipeline.alerts.alert import Alert
from pipeline.alerts.send import send_alert
from pipeline.alerts.webhook import bots
from pipeline.settings import Settings, load_settings
from tests.unit.alerts.servers import (
    free_port,
    mail_server,
    make_certificate,
    only_password,
    silent_server,
    web_server,
)

FACTS = {"documents": 5, "night": "2026-11-21"}
ALERT = Alert("failure", "第三夜没有发布", "dbt 测试失败\nto do: look at the rows", FACTS)
SECRET = "very-secret"


def with_mail(settings: Settings, port: int, **changes: object) -> Settings:
    given = {"alert_mail_to": "a@example.org, b@example.org", "smtp_host": "127.0.0.1", "smtp_port": port}
    return Settings(**{**settings.model_dump(), "smtp_security": "none", **given, **changes})


def with_webhook(settings: Settings, address: str, **changes: object) -> Settings:
    return Settings(**{**settings.model_dump(), "alert_webhook_url": address, **changes})


def test_without_channels_the_log_has_it(settings: Settings) -> None:
    with structlog.testing.capture_logs() as lines:
        assert send_alert(settings, ALERT) == []
    assert [(line["event"], line["title"], line["log_level"]) for line in lines] == [
        ("alert", "第三夜没有发布", "error")
    ]


def test_a_mail_reaches_every_address_in_chinese(settings: Settings) -> None:
    with mail_server() as (inbox, port):
        assert send_alert(with_mail(settings, port), ALERT) == []
    (message,) = inbox.messages
    assert message["To"] == "a@example.org, b@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_payload(decode=True).decode().replace("\r\n", "\n")
    assert text.startswith("[gongkai] failure: 第三夜没有发布\n\ndbt 测试失败\n")
    assert "\n\ndocuments: 5\nnight: 2026-11-21" in text


def test_a_password_travels_over_tls_that_is_checked(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, context = make_certificate(tmp_path)
    options = {"tls_context": context, "require_starttls": True, "authenticator": only_password(SECRET)}
    with mail_server(**options, auth_required=True, auth_exclude_mechanism=["LOGIN"]) as (inbox, port):
        secure = with_mail(settings, port, smtp_security="starttls", smtp_user="u", smtp_password=SECRET)
        assert send_alert(secure, ALERT) == ["e-mail: SSLCertVerificationError, CERTIFICATE_VERIFY_FAILED"]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send_alert(secure, ALERT) == []
        assert len(inbox.messages) == 1
        wrong = secure.model_copy(update={"smtp_user": "u", "smtp_password": type(secure.smtp_password)("no-secret")})
        assert send_alert(wrong, ALERT) == ["e-mail: SMTPAuthenticationError, the server answered 535"]


def test_tls_from_the_first_byte(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, context = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(ssl_context=context) as (inbox, port):
        assert send_alert(with_mail(settings, port, smtp_security="tls"), ALERT) == []
    assert len(inbox.messages) == 1


def test_a_server_without_tls_gets_nothing_where_tls_is_asked_for(settings: Settings) -> None:
    with mail_server() as (inbox, port):
        (line,) = send_alert(with_mail(settings, port, smtp_security="starttls"), ALERT)
    assert line.startswith("e-mail: SMTPNotSupportedError")
    assert inbox.messages == []


def test_no_password_is_sent_in_the_open_to_another_machine(settings: Settings) -> None:
    open_mail = with_mail(settings, 1, smtp_host="mail.example.org", smtp_user="u", smtp_password=SECRET)
    (line,) = send_alert(open_mail, ALERT)
    assert "would travel unencrypted" in line
    assert SECRET not in line


def test_a_webhook_gets_the_alert_by_its_parts(settings: Settings) -> None:
    with web_server() as (posted, address):
        assert send_alert(with_webhook(settings, address), ALERT) == []
    assert posted == [
        {"source": "gongkai", "level": "failure", "title": ALERT.title, "body": ALERT.body, "facts": FACTS}
    ]


@pytest.mark.parametrize(
    ("name", "answer", "place"),
    [
        ("slack", b"ok", ("text",)),
        ("wecom", b'{"errcode": 0}', ("text", "content")),
        ("dingtalk", b'{"errcode": 0}', ("text", "content")),
        ("feishu", b'{"code": 0}', ("content", "text")),
    ],
)
def test_a_bot_gets_the_text_in_its_form(settings: Settings, name: str, answer: bytes, place: tuple[str, ...]) -> None:
    long = Alert("failure", "长", "很长" * 50_000)
    with web_server(answer=answer) as (posted, address):
        assert send_alert(with_webhook(settings, address, alert_webhook_format=name), long) == []
    (found,) = posted
    for part in place:
        found = found[part]
    assert found.startswith("[gongkai] failure: 长")
    assert len(found.encode()) <= bots()[name].max_bytes


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [(500, b"no", "answer was 500"), (302, b"", "answer was 302"), (200, b'{"errcode": 310}', "'errcode': 310")],
)
def test_a_bot_that_refuses_is_said(settings: Settings, status: int, answer: bytes, said: str) -> None:
    with web_server(status, answer) as (posted, address):
        (line,) = send_alert(with_webhook(settings, address, alert_webhook_format="wecom"), ALERT)
    assert said in line
    assert SECRET not in line
    assert len(posted) == 1


def test_dead_and_silent_servers_cost_a_limited_time_and_no_secret(settings: Settings) -> None:
    begun = time.monotonic()
    with silent_server() as silent, structlog.testing.capture_logs() as lines:
        dead = f"http://127.0.0.1:{free_port()}/hook?key={SECRET}"
        limited = with_mail(with_webhook(settings, dead), silent, alert_timeout_s=0.3, smtp_password=SECRET)
        undelivered = send_alert(limited, ALERT)
    assert [line.split(":")[0] for line in undelivered] == ["e-mail", "webhook"]
    assert time.monotonic() - begun < 2.0
    assert [line["event"] for line in lines] == ["alert", "alert_not_delivered", "alert_not_delivered"]
    assert SECRET not in str(lines) + str(undelivered)


def test_a_wrong_address_or_format_is_said_and_raises_nothing(settings: Settings) -> None:
    (line,) = send_alert(with_webhook(settings, "no address"), ALERT)
    assert line.startswith("webhook: ")
    (line,) = send_alert(with_webhook(settings, "http://x", alert_webhook_format="fax"), ALERT)
    assert "expected one of json, slack, wecom, dingtalk, feishu" in line


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_PASSWORD", "ALERT_WEBHOOK_URL", "DAGSTER_POSTGRES_URL"):
        monkeypatch.setenv(f"GONGKAI_{name}", SECRET)
    settings = load_settings()
    assert SECRET not in repr(settings) + str(settings) + str(settings.model_dump()) + settings.model_dump_json()


def test_a_title_cannot_add_a_header_nor_steer_a_terminal(settings: Settings) -> None:
    with mail_server() as (inbox, port):
        odd = Alert("warning", "a\r\nBcc: evil@example.org\x1b[2J", "\x1b]0;x\x07b", {"f": "\x00g"})
        assert send_alert(with_mail(settings, port), odd) == []
    (message,) = inbox.messages
    assert message["Bcc"] is None
    assert message["Subject"] == "[gongkai] warning: a Bcc: evil@example.org[2J"
    assert not {"\x1b", "\x07", "\x00"} & set(message.as_string())
