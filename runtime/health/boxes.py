"""Checks of the boxes by which messages travel as files: can each be written, does customs fetch, what was refused."""

import time
from collections.abc import Iterator

from customs.channels import ChannelName, Unavailable
from customs.channels.directory.storage import Box, Storage
from runtime.customs_channel import storages
from runtime.health.finding import Finding, fault, warning, well
from runtime.settings import Settings

#: A name that nobody takes for a message.
_PROBE = ".yuyue-doctor.tmp"
#: An empty file can be made on a disk that is full.
_CONTENT = bytes(16 * 1024)
#: An office that fetches a few times an hour is well.
WAITING_SECONDS = 1800


def check(settings: Settings) -> Iterator[Finding]:
    """Yields findings about each channel that uses files; none where there is no such channel."""
    for name, storage in storages(settings).items():
        yield from _channel(name, storage)


def _channel(name: ChannelName, storage: Storage) -> Iterator[Finding]:
    part = f"customs {name}"
    for box in Box:
        try:
            storage.write(box, _PROBE, _CONTENT)
            storage.remove(box, _PROBE)
        except Unavailable as error:
            yield _unusable(name, box, error.reason)
            return
    yield well(part, f"{name} 的四个文件箱可写", f"the four boxes of {name} can be written")
    yield from _waiting(part, storage)
    yield from _refused(part, storage)


def _unusable(name: ChannelName, box: Box, reason: str) -> Finding:
    if name is ChannelName.SFTP and not reason.startswith(("sftp SFTPPermission", "sftp SFTPNoSuch", "sftp SFTPFail")):
        english = f"the SFTP server of customs cannot be reached: {reason}"
        return fault(f"customs {name}", "sftp.unreachable", f"海关 SFTP 服务器不可用：{reason}", english)
    english = f"{box} of {name} cannot be written: {reason}"
    return fault(f"customs {name}", "boxes.unwritable", f"{name} 的 {box} 不可写：{reason}", english, box=box)


def _waiting(part: str, storage: Storage) -> Iterator[Finding]:
    files = [file for file in storage.files(Box.OUT) if not file.is_unfinished]
    oldest = max((time.time() - file.modified for file in files), default=0)
    if oldest > WAITING_SECONDS:
        chinese = f"OutBox 有 {len(files)} 份报文未取走，最久 {oldest / 60:.0f} 分钟"
        english = f"{len(files)} messages in OutBox are not fetched, the oldest for {oldest / 60:.0f} minutes"
        yield warning(part, "boxes.waiting", chinese, english)


def _refused(part: str, storage: Storage) -> Iterator[Finding]:
    refused = [file for file in storage.files(Box.FAILED) if not file.name.endswith((".reply.xml", ".tmp"))]
    if refused:
        newest = max(refused, key=lambda file: file.modified).name
        english = f"{len(refused)} files in FailBox, the newest is {newest}"
        yield warning(part, "boxes.refused", f"FailBox 有 {len(refused)} 个文件，最新 {newest}", english)
