"""One message in a zip of the same name; nothing is ever unpacked to a disk."""

import io
import struct
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from customs.xml import MAX_BYTES

#: The largest zip that is read: a message, or its envelope, that did not get smaller, and the zip's own headers.
MAX_ZIP_BYTES = MAX_BYTES * 4 // 3 + 64 * 1024
_ENCRYPTED = 0x1
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error, OSError)
_EPOCH = (1980, 1, 1, 0, 0, 0)


class BadZip(Exception):
    """A file that is no message in a zip; ``code`` is that of a NACK. One that is not whole may still be written."""

    def __init__(self, code: str, *, is_whole: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.is_whole = is_whole


def pack(name: str, content: bytes) -> bytes:
    """Returns a zip with one file; equal arguments give equal bytes."""
    entry, packed = ZipInfo(name, _EPOCH), io.BytesIO()
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
    with ZipFile(packed, "w") as archive:
        archive.writestr(entry, content)
    return packed.getvalue()


def unpack(stem: str, raw: bytes) -> bytes:
    """Returns the content of ``<stem>.xml``, at most 1 MiB, which must be alone in the zip. Raises ``BadZip``."""
    if len(raw) > MAX_ZIP_BYTES:
        raise BadZip("TOO_LARGE")
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            return _content(archive, f"{stem}.xml")
    except _BROKEN as error:
        raise BadZip("ZIP_DAMAGED", is_whole=False) from error


def _content(archive: ZipFile, name: str) -> bytes:
    entries = archive.infolist()
    # Equal to the expected name: so it is no path, and no link leads anywhere.
    if [entry.filename for entry in entries] != [name]:
        raise BadZip("ZIP_CONTENT")
    (entry,) = entries
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise BadZip("ZIP_CONTENT")
    if entry.file_size > MAX_BYTES:
        raise BadZip("TOO_LARGE")
    with archive.open(entry) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BadZip("TOO_LARGE")
    return content
