"""Checks of the bytes alone: the beginning and end of a PDF, other formats in it, loops of cross references."""

import re

from runtime.inspection.verdict import DocumentRefused, too_complex

HEADER = b"%PDF-"
END = b"%%EOF"
#: Bytes that editors, mail and scanners leave behind the end: blanks, zero bytes, the end-of-file mark of old systems.
PADDING = b"\x00\t\n\x0c\r \x1a"

#: A ZIP archive is found from its end: a directory, then a record that a comment of at most 65,535 bytes may follow.
ZIP_END, ZIP_ENTRY, ZIP_REACH = b"PK\x05\x06", b"PK\x01\x02", 22 + 65_535

#: Every incremental save adds a section; people save tens of times, not hundreds.
MAX_SECTIONS = 500
_START = re.compile(rb"startxref\s*(\d{1,10})")
_PREVIOUS = re.compile(rb"/Prev\s+(\d{1,10})\b")
_SECTION_ENDS = re.compile(rb"stream|startxref|endobj")
#: The part of a section that is searched for its dictionary.
_WINDOW = 4096


def demand_pdf(data: bytes) -> None:
    """Raises ``DocumentRefused`` unless the file is a PDF from the first byte to the last."""
    if not data:
        raise DocumentRefused("empty")
    if not data.startswith(HEADER):
        raise DocumentRefused("not_pdf")
    end = data.rfind(END)
    if end < 0:
        raise DocumentRefused("damaged")
    if data[end + len(END) :].strip(PADDING):
        raise DocumentRefused("not_pdf")


def refuse_archive(data: bytes) -> None:
    """Raises ``DocumentRefused`` for a file that archivers open as well, though the PDF names no embedded file."""
    end = data.rfind(ZIP_END, max(0, len(data) - ZIP_REACH))
    if end > 0 and data.rfind(ZIP_ENTRY, 0, end) >= 0:
        raise DocumentRefused("not_pdf")


def demand_sound_sections(data: bytes) -> None:
    """Raises ``DocumentRefused`` when the sections of cross references form a circle."""
    found = _START.findall(data[-_WINDOW:])
    place, seen = int(found[-1]) if found else None, set[int]()
    while place is not None:
        if place in seen:
            raise DocumentRefused("damaged")
        seen.add(place)
        if len(seen) > MAX_SECTIONS:
            raise too_complex("limits")
        place = _previous(data, place)


def _previous(data: bytes, place: int) -> int | None:
    """Returns the place of the section before the one at ``place``."""
    if data.startswith(b"xref", place):
        place = data.find(b"trailer", place)
        if place < 0:
            return None
    window = data[place : place + _WINDOW]
    ends = _SECTION_ENDS.search(window)
    named = _PREVIOUS.search(window, 0, ends.start() if ends else len(window))
    return int(named[1]) if named else None
