"""The channels that this system can use by its settings."""

from domain.notifications.channels import ChannelType
from runtime.settings import Settings

_ROBOTS = (ChannelType.DINGTALK, ChannelType.WECOM, ChannelType.FEISHU)


def available(settings: Settings) -> list[ChannelType]:
    """Returns them; mail and SMS need a server of the operator, robots bring theirs."""
    by_mail = [ChannelType.EMAIL] if settings.smtp_host and settings.smtp_from else []
    by_sms = [ChannelType.SMS] if settings.sms_gateway_file else []
    return [*by_mail, *_ROBOTS, *by_sms]
