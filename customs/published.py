"""The XSDs and golden samples as they are published to offices, with their versions."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from customs.xml import SCHEMAS

SAMPLES = "samples"
#: Versions, digests and names of every XSD that was published, one a line.
LEDGER = "published.txt"


class PublishedFile(NamedTuple):
    """A file of the format; ``name`` is its path, ``version`` that of an XSD, None for a sample."""

    name: str
    version: str | None
    sha256: str
    content: bytes


@cache
def published_files(folder: Path = SCHEMAS) -> dict[str, PublishedFile]:
    """Returns the files by name: ``envelope.xsd``, ``samples/receipt.xml``."""
    paths = [*sorted(folder.glob("*.xsd")), *sorted((folder / SAMPLES).glob("*.xml"))]
    return {each.name: each for each in map(_file, paths)}


def _file(path: Path) -> PublishedFile:
    content = path.read_bytes()
    digest = sha256(content).hexdigest()
    if path.suffix == ".xsd":
        return PublishedFile(path.name, etree.fromstring(content).get("version"), digest, content)
    return PublishedFile(f"{SAMPLES}/{path.name}", None, digest, content)


def unpublished_changes(folder: Path = SCHEMAS) -> Iterator[str]:
    """Yields what is wrong with the versions: an XSD that differs from what was published under its version."""
    known = dict(_ledger(folder / LEDGER))
    for each in published_files(folder).values():
        if each.version is None:
            continue
        published = known.get((each.name, each.version))
        if published is None:
            yield f"{each.name}: add “{each.version} {each.sha256} {each.name}” to {LEDGER}"
        elif published != each.sha256:
            yield f"{each.name}: it differs from what was published as {each.version}: give it a new version"


def _ledger(path: Path) -> Iterator[tuple[tuple[str, str], str]]:
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            version, digest, name = line.split()
            yield (name, version), digest
