"""Reasons why a message did not leave, in words for the person whose channel it is."""

from enum import StrEnum
from typing import NamedTuple

from domain.problems.kinds import Language, Text


class Trouble(StrEnum):
    """A reason, as it is stored."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    LOGIN_REFUSED = "login_refused"
    ADDRESS_REFUSED = "address_refused"
    REFUSED = "refused"
    NOT_CONFIGURED = "not_configured"
    UNREADABLE = "unreadable"


class TroubleText(NamedTuple):
    """Reason and remedy, both in the language asked for."""

    message: str
    remedy: str


#: Reasons that another attempt cannot change: the message is given up at once.
FINAL = frozenset({Trouble.ADDRESS_REFUSED, Trouble.REFUSED, Trouble.UNREADABLE})

_TEXTS: dict[Trouble, tuple[Text, Text]] = {
    Trouble.UNREACHABLE: (
        Text("暂时无法连接发送服务。", "The service that sends cannot be reached."),
        Text("系统会自动重试；持续如此请联系管理员。", "It is tried again; tell an operator if that goes on."),
    ),
    Trouble.BUSY: (
        Text("发送服务要求稍后再试。", "The service asks to try later."),
        Text("系统会自动重试。", "It is tried again."),
    ),
    Trouble.LOGIN_REFUSED: (
        Text("邮件服务器拒绝了系统的登录。", "The mail server refused the login of this system."),
        Text("请联系管理员核对邮件设置。", "Ask an operator to check the settings for mail."),
    ),
    Trouble.ADDRESS_REFUSED: (
        Text("邮件服务器不接受该地址。", "The mail server does not accept this address."),
        Text("请核对邮件地址。", "Check the address."),
    ),
    Trouble.REFUSED: (
        Text("对方服务拒绝了消息。", "The service refused the message."),
        Text(
            "请核对机器人的令牌与密钥；若设置了关键词，请加入「预约通关」。",
            "Check the robot's token and secret; if it asks for a keyword, use 预约通关.",
        ),
    ),
    Trouble.NOT_CONFIGURED: (
        Text("系统未配置该渠道。", "This system has no such channel."),
        Text("请联系管理员，或改用其他渠道。", "Ask an operator, or use another channel."),
    ),
    Trouble.UNREADABLE: (
        Text("保存的地址无法读取。", "The stored address cannot be read."),
        Text("请删除该渠道后重新添加。", "Delete the channel and add it again."),
    ),
}


def explain_trouble(trouble: Trouble, language: Language) -> TroubleText:
    """Returns the words for a reason."""
    message, remedy = _TEXTS[trouble]
    return TroubleText(getattr(message, language), getattr(remedy, language))
