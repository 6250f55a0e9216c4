"""The way to customs, as the settings have it."""

import httpx

from customs.channels.http import HttpChannel
from runtime.enveloping import Addressee, CertificateError
from runtime.fitness import Unfit
from runtime.settings import Settings


def channel(settings: Settings, client: httpx.Client, *, look_up_seconds: float = 5) -> HttpChannel:
    """Enveloped where customs' certificate is known. ``Unfit`` when that cannot be used."""
    try:
        addressee = Addressee.of(settings)
    except CertificateError as error:
        raise Unfit("海关证书不可用", f"customs' certificate cannot be used: {error}") from error
    return HttpChannel(settings.customs_url, client, addressee=addressee, look_up_seconds=look_up_seconds)
