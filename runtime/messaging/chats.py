"""Chat robots of DingTalk 钉钉, WeCom 企业微信 and Feishu 飞书: a POST each, and an answer that is read.

All three answer 200 to a message that they refuse; only the number in the body says so.
"""

import base64
import hmac
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import httpx

from domain.notifications.channels import ChannelType
from domain.notifications.messages import Message
from domain.notifications.troubles import Trouble
from runtime.messaging.address import RobotAddress
from runtime.messaging.outcomes import NotSent
from runtime.settings import Settings

TIMEOUT = 15
#: Numbers by which a service says that there were too many messages.
_BUSY = frozenset({130101, 45009, 11232})


class _Call(NamedTuple):
    path: str
    body: dict[str, Any]
    query: dict[str, str]


def post(settings: Settings, client: httpx.Client, robot: RobotAddress, message: Message) -> None:
    """Sends a message to the robot's group. Raises ``NotSent``."""
    call = _CALLS[robot.kind](robot, f"{message.subject}\n\n{message.text}", int(time.time()))
    url = f"{_base(settings, robot.kind).rstrip('/')}{call.path}"
    try:
        answer = client.post(url, json=call.body, params=call.query, timeout=TIMEOUT, follow_redirects=False)
    except httpx.HTTPError as error:
        raise NotSent(Trouble.UNREACHABLE) from error
    _check(answer)


def _check(answer: httpx.Response) -> None:
    if answer.status_code >= 500 or answer.status_code == 429:
        raise NotSent(Trouble.BUSY)
    number = _number(answer)
    if answer.status_code != 200 or number is None:
        raise NotSent(Trouble.REFUSED)
    if number != 0:
        raise NotSent(Trouble.BUSY if number in _BUSY else Trouble.REFUSED)


def _number(answer: httpx.Response) -> int | None:
    """Returns the number of the outcome, 0 for success; None for an answer that is not the service's."""
    try:
        body = answer.json()
    except ValueError:
        return None
    found = body.get("errcode", body.get("code")) if isinstance(body, dict) else None
    return found if isinstance(found, int) else None


def _base(settings: Settings, kind: ChannelType) -> str:
    return {
        ChannelType.DINGTALK: settings.dingtalk_url,
        ChannelType.WECOM: settings.wecom_url,
        ChannelType.FEISHU: settings.feishu_url,
    }[kind]


def _dingtalk(robot: RobotAddress, text: str, now: int) -> _Call:
    query = {"access_token": robot.token}
    if robot.secret:
        stamp = str(now * 1000)
        query |= {"timestamp": stamp, "sign": _signature(robot.secret, f"{stamp}\n{robot.secret}")}
    return _Call("/robot/send", {"msgtype": "text", "text": {"content": text}}, query)


def _wecom(robot: RobotAddress, text: str, now: int) -> _Call:
    del now
    content = text.encode()[:2048].decode(errors="ignore")  # its limit, in bytes
    return _Call("/cgi-bin/webhook/send", {"msgtype": "text", "text": {"content": content}}, {"key": robot.token})


def _feishu(robot: RobotAddress, text: str, now: int) -> _Call:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if robot.secret:
        # Its signature has the text as the key, and signs nothing.
        body |= {"timestamp": str(now), "sign": _signature(f"{now}\n{robot.secret}", "")}
    return _Call(f"/open-apis/bot/v2/hook/{robot.token}", body, {})


_CALLS: Mapping[ChannelType, Callable[[RobotAddress, str, int], _Call]] = {
    ChannelType.DINGTALK: _dingtalk,
    ChannelType.WECOM: _wecom,
    ChannelType.FEISHU: _feishu,
}


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), sha256)).decode()
