"""ETags of an appointment's version and of a list's contents; ``If-Match`` is parsed by RFC 9110."""

import re

_ENTRY = re.compile(r'\s*(?P<weak>W/)?"(?P<tag>[\x21\x23-\x7e\x80-\xff]*)"\s*')
_VERSION = re.compile(r"[1-9][0-9]{0,8}")


class EtagUnreadable(ValueError):
    """The header does not have the form of RFC 9110."""


def of(version: int) -> str:
    """Returns a strong tag, ``"3"``: the version changes with everything that the applicant may change."""
    return f'"{version}"'


def has(if_none_match: str | None, tag: str) -> bool:
    """Returns True if the caller has the content of this strong tag. Tags compare weakly; none matches if malformed."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in if_none_match.split(","))


def accepted_versions(if_match: str | None) -> frozenset[int] | None:
    """Returns the versions that the caller accepts; None for any (no header, or ``*``).

    Tags compare strongly: a weak tag matches nothing, nor does one that is not a version. Raises Unreadable when the
    header is malformed.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    entries = [_ENTRY.fullmatch(part) for part in if_match.split(",")]
    if not all(entries):
        raise EtagUnreadable(if_match)
    return frozenset(
        int(entry["tag"]) for entry in entries if entry and not entry["weak"] and _VERSION.fullmatch(entry["tag"])
    )
