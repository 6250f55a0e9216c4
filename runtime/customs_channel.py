"""The channels to customs, by the settings."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import httpx

from customs.channels import Channel, ChannelName
from customs.channels.directory.channel import DirectoryChannel
from customs.channels.directory.local import LocalStorage
from customs.channels.directory.storage import Storage
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
    for name, storage in storages(settings).items():
        channels[name] = DirectoryChannel(storage, addressee=addressee, look_up_seconds=look_up_seconds)
    return RoutedChannel(settings.routes(), channels)


def receipt_source(settings: Settings, client: httpx.Client) -> HttpChannel | None:
    """Returns where receipts are fetched when none are pushed; None where no port uses HTTP: others bring them."""
    return HttpChannel(settings.customs_url, client) if ChannelName.HTTP in settings.routes().used() else None


def storages(settings: Settings) -> Mapping[ChannelName, Storage]:
    """Returns the storage of each channel that uses files, also of one that no port sends by at present."""
    found: dict[ChannelName, Storage] = {}
    if settings.customs_directory:
        found[ChannelName.DIRECTORY] = LocalStorage(settings.customs_directory)
    if settings.customs_sftp and settings.customs_sftp_key and settings.customs_sftp_known_hosts:
        where = (settings.customs_sftp, settings.customs_sftp_key, settings.customs_sftp_known_hosts)
        found[ChannelName.SFTP] = _sftp(*where)
    return found


@cache
def _sftp(url: str, key: Path, known_hosts: Path) -> Storage:
    """Returns the one storage of this process, with its one connection; imported only by those who use it."""
    from customs.channels.directory.sftp import SftpServer, SftpStorage  # noqa: PLC0415

    return SftpStorage(SftpServer.of(url, key, known_hosts))
