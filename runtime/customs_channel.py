"""The channels to customs, by the settings."""

import httpx

from customs.channels import Channel, ChannelName
from customs.channels.http import HttpChannel
from customs.channels.routed import RoutedChannel
from runtime.credentials.customs import customs_client
from runtime.message_encryption import Addressee, CertificateError
from runtime.settings import Settings
from runtime.startup_checks import StartupRefused

__all__ = ["channel", "customs_client", "receipt_source"]


def channel(settings: Settings, client: httpx.Client, *, look_up_seconds: float = 5) -> RoutedChannel:
    """Returns customs, with envelopes where a certificate of customs is set.

    Raises ``StartupRefused`` when the certificate cannot be used.
    """
    try:
        addressee = Addressee.of(settings)
    except CertificateError as error:
        raise StartupRefused("海关证书不可用", f"customs' certificate cannot be used: {error}") from error
    http = HttpChannel(settings.customs_url, client, addressee=addressee, look_up_seconds=look_up_seconds)
    channels: dict[ChannelName, Channel] = {ChannelName.HTTP: http}
    return RoutedChannel(settings.routes(), channels)


def receipt_source(settings: Settings, client: httpx.Client) -> HttpChannel | None:
    """Returns where receipts are fetched when none are pushed; None where no port uses HTTP: others bring them."""
    return HttpChannel(settings.customs_url, client) if ChannelName.HTTP in settings.routes().used() else None
