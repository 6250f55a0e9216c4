"""ETags: an appointment's version, a list's contents. ``If-Match`` is read as RFC 9110 writes it."""

import re

_ENTRY = re.compile(r'\s*(?P<weak>W/)?"(?P<tag>[\x21\x23-\x7e\x80-\xff]*)"\s*')
_VERSION = re.compile(r"[1-9][0-9]{0,8}")


class Unreadable(ValueError):
    """The header is not of RFC 9110's form."""


def of(version: int) -> str:
    """``"3"``, a strong tag: the version tells everything the applicant may change."""
    return f'"{version}"'


def has(if_none_match: str | None, tag: str) -> bool:
    """Whether the caller has what this strong tag names. If-None-Match compares weakly; nonsense matches nothing."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in if_none_match.split(","))


def wanted(if_match: str | None) -> frozenset[int] | None:
    """The versions the caller would accept; None for any (no header, or ``*``). ``Unreadable``.

    If-Match compares strongly: a weak tag matches nothing, and neither does a tag that is none of ours.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    entries = [_ENTRY.fullmatch(part) for part in if_match.split(",")]
    if not all(entries):
        raise Unreadable(if_match)
    return frozenset(
        int(entry["tag"]) for entry in entries if entry and not entry["weak"] and _VERSION.fullmatch(entry["tag"])
    )
