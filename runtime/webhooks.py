"""What sends webhooks, by the settings."""

from domain.webhook import Pauses
from runtime.settings import Settings
from webhooks.guarded import AllowedHosts
from webhooks.sender import WebhookSender


def allowed_hosts(settings: Settings) -> AllowedHosts:
    """Returns the receivers inside that may be called."""
    return AllowedHosts(settings.webhook_hosts.split(","))


def sender(settings: Settings) -> WebhookSender:
    """Returns a sender with connections of its own."""
    return WebhookSender(allowed_hosts(settings))


def sending(settings: Settings) -> tuple[WebhookSender, Pauses]:
    """Returns a sender, and the pauses between attempts."""
    pauses = Pauses(
        first=settings.webhook_first_pause, longest=settings.webhook_longest_pause, give_up=settings.webhook_give_up
    )
    return sender(settings), pauses
