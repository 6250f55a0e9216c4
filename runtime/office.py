"""The way to customs, as the settings have it."""

import httpx

from customs.channels.http import HttpChannel
from runtime.enveloping import Addressee
from runtime.settings import Settings


def channel(settings: Settings, client: httpx.Client, *, look_up_seconds: float = 5) -> HttpChannel:
    """Enveloped where customs' certificate is known. ``CertificateError`` when that cannot be used."""
    addressee = Addressee.of(settings)
    return HttpChannel(settings.customs_url, client, addressee=addressee, look_up_seconds=look_up_seconds)
