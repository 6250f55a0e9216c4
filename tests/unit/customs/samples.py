"""The golden samples of ``customs/schemas/samples``."""

from customs.xml import SCHEMAS


def sample(name: str) -> bytes:
    """The bytes of ``<name>.xml``."""
    return (SCHEMAS / "samples" / f"{name}.xml").read_bytes()
