"""Mail over TLS with a login, signed messages of robots, SMS by a gateway."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from db.engine import connect
from db.projections import project
from domain.notifications.channels import ChannelType, Topic
from domain.policy import Policy
from runtime import logs
from runtime.messaging.sending import Messenger
from tests.integration.db.messages import OTHER, TOKEN, WANG, Bench, returned
from tests.integration.db.servers import Make
from tests.integration.db.stories import (
    NOON,
    NUMBER,
    created,
    submitted,
)
from tests.messaging.chat_stand_in import ChatStandIn, chat_stand_in
from tests.messaging.mailbox import HOST, PASSWORD, USER, Certificate, serving


@pytest.fixture
def engine(sqlite_maker: Make, tmp_path: Path) -> Iterator[sa.Engine]:
    """One database is enough where none of its rows matter."""
    opened = connect(sqlite_maker(tmp_path))
    yield opened
    opened.dispose()


@pytest.fixture
def bench(engine: sa.Engine) -> Bench:
    return Bench(engine)


@pytest.fixture
def office() -> Iterator[ChatStandIn]:
    with chat_stand_in() as stand_in:
        yield stand_in


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")  # it has TLS from the start
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_over_tls_with_a_login(engine: sa.Engine, tmp_path: Path, security: str) -> None:
    certificate, password = Certificate(tmp_path), tmp_path / "password"
    given = {"smtp_security": security, "smtp_user": USER, "smtp_password_file": password}
    bench = Bench(engine, **given, smtp_ca_file=certificate.file)
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    project(engine, [created(), submitted(), returned()])
    bench.now = NOON + timedelta(minutes=4)
    with serving(bench.mailbox, bench.port, certificate, security=security):
        password.write_text("wrong\n", "utf-8")
        assert bench.messenger.send_some() == 0
        assert bench.rows() == [("returned", "waiting", "login_refused")]
        password.write_text(f"{PASSWORD}\n", "utf-8")  # without a restart
        bench.now += timedelta(minutes=1)
        assert bench.messenger.send_some() == 1
        stranger = bench.settings.model_copy(update={"smtp_ca_file": None})
        strict = Messenger(stranger, engine, Policy(), bench.sealer, lambda: bench.now)
        project(
            engine, [created("202600000000000002"), submitted("202600000000000002"), returned("202600000000000002")]
        )
        assert strict.send_some() == 0, "nobody knows the certificate"
    # The library marks STARTTLS alone; a server with TLS from the first byte understands nothing else.
    assert bench.mailbox.over_tls == [security == "starttls"]
    assert set(bench.mailbox.logins) == {USER}


def test_an_address_that_the_server_refuses_is_given_up_and_the_others_are_served(bench: Bench) -> None:
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE)
    bench.channel(ChannelType.EMAIL, Topic.TROUBLE, holder="user:li", email="li@broker.example")
    bench.mailbox.refuses = {WANG: "550 5.1.1 no such user"}
    project(bench.engine, [created(), submitted(), returned()])
    bench.now = NOON + timedelta(minutes=4)
    assert bench.send() == 2
    assert sorted(bench.rows(), key=str) == [("returned", "given_up", "address_refused"), ("returned", "sent", None)]
    assert [mail["To"] for mail in bench.mailbox.mails] == ["li@broker.example"]


def test_chat_robots_get_a_signed_text_and_a_refusal_with_status_200_is_one(
    engine: sa.Engine, office: ChatStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for library, level in logs._LIBRARIES.items():
        caplog.set_level(level, library)
    urls = {f"{name}_url": office.url for name in ("dingtalk", "wecom", "feishu")}
    bench = Bench(engine, **urls)
    secret = "SEC0123456789"
    for kind in (ChannelType.DINGTALK, ChannelType.WECOM, ChannelType.FEISHU):
        bench.channel(kind, Topic.TROUBLE, token=TOKEN, secret=None if kind is ChannelType.WECOM else secret)
    project(engine, [created(), submitted(), returned()])
    bench.now = NOON + timedelta(minutes=4)
    assert bench.messenger.send_some() == 3
    heard = {each.path: each for each in office.heard}
    ding, wecom = heard["/robot/send"], heard["/cgi-bin/webhook/send"]
    feishu = heard[f"/open-apis/bot/v2/hook/{TOKEN}"]
    assert ding.query["access_token"] == wecom.query["key"] == TOKEN
    assert ding.query["sign"]
    assert feishu.body["sign"]
    for text in (ding.body["text"]["content"], wecom.body["text"]["content"], feishu.body["content"]["text"]):
        assert text.startswith(f"预约通关 退单 {NUMBER}")
    office.answer = {"errcode": 310000, "errmsg": "keywords not in content", "code": 19024}
    project(engine, [created(OTHER), submitted(OTHER), returned(OTHER)])
    assert bench.messenger.send_some() == 3
    assert [row for row in bench.rows() if row[1] == "given_up"] == [("returned", "given_up", "refused")] * 3
    assert TOKEN not in caplog.text
    assert secret not in caplog.text


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise does without where it is gone
def test_an_sms_goes_through_the_gateway_that_the_operator_names(
    engine: sa.Engine, office: ChatStandIn, tmp_path: Path
) -> None:
    file = tmp_path / "gateway"
    bench = Bench(engine, sms_gateway_file=file)
    bench.channel(ChannelType.SMS, Topic.TROUBLE, mobile="13800138000")
    project(engine, [created(), submitted(), returned()])
    bench.now = NOON + timedelta(minutes=4)
    file.write_text("syslog://?to={mobile}", "utf-8")
    bench.messenger.send_some()
    assert bench.rows() == [("returned", "waiting", "not_configured")], "no scheme of a gateway"
    file.write_text(f"json://{HOST}:{office.port}/sms?:mobile={{mobile}}", "utf-8")
    bench.now += timedelta(minutes=1)
    assert bench.messenger.send_some() == 1
    (heard,) = office.heard
    assert heard.body["mobile"] == "13800138000"
    assert NUMBER in heard.body["message"]
