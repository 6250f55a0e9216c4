"""The trust folder: roots and authorities that an operator trusts, and their revocation lists.

``roots/``, ``issuers/`` and ``crls/``: certificates and lists, DER or PEM, one to a file. A hidden file, such as one
that is still being written, is ignored.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

from asn1crypto import pem
from asn1crypto.crl import CertificateList
from asn1crypto.x509 import Certificate

#: Part of every name that ``yuyue pki`` gives, by which a real system recognises and refuses a certificate of it.
SANDBOX_MARK = "YUYUE SANDBOX"

Parsed = TypeVar("Parsed", Certificate, CertificateList)


class TrustError(ValueError):
    """The trust folder cannot be used; the message names the file."""


class Anchors(NamedTuple):
    """Roots, intermediate authorities, and their revocation lists."""

    roots: tuple[Certificate, ...]
    issuers: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()


#: Name, time and size of each file: two states of the folder differ in it.
State = tuple[tuple[str, int, int], ...]


def load(folder: Path) -> Anchors:
    """Returns the content of the folder. Raises ``TrustError`` for an unreadable file, and when there is no root."""
    anchors = Anchors(
        roots=_each(folder / "roots", Certificate.load),
        issuers=_each(folder / "issuers", Certificate.load),
        crls=_each(folder / "crls", CertificateList.load),
    )
    if not anchors.roots:
        raise TrustError(f"{folder / 'roots'}: no root certificate")
    return anchors


def state(folder: Path) -> State:
    """Returns a value that differs once a file was added, renewed or removed; cheap."""
    found = []
    for path in _files(folder / "roots") + _files(folder / "issuers") + _files(folder / "crls"):
        status = path.stat()
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


def _each(folder: Path, parse: Callable[..., Parsed]) -> tuple[Parsed, ...]:
    return tuple(_parsed(path, parse) for path in _files(folder))


def _parsed(path: Path, parse: Callable[..., Parsed]) -> Parsed:
    raw = path.read_bytes()
    try:
        der = pem.unarmor(raw)[2] if pem.detect(raw) else raw
        loaded = parse(der, strict=True)
        loaded.native  # noqa: B018 parsed to its last element now, rather than when somebody logs in
    except (ValueError, TypeError, KeyError) as error:
        raise TrustError(f"{path}: {type(error).__name__}") from error
    return loaded


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("[!.]*") if path.is_file()) if folder.is_dir() else []
