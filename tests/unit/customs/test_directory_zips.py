"""Zips: one file of the same name comes out as it went in; everything else is refused by its code."""

import pytest

from customs.channels.directory.notes import EXPLANATIONS, note
from customs.channels.directory.zips import BadZip, pack, unpack
from customs.wire import technical_reply
from customs.wire.envelope import unwrap
from customs.xml import MAX_BYTES
from tests.unit.customs.boxes import zipped

XML = b"<message/>"
_DATA = 30 + len("a.xml")
#: One byte of the packed message is another.
ROTTEN = bytes(byte ^ (1 if place == _DATA + 2 else 0) for place, byte in enumerate(zipped(("a.xml", XML))))


def test_a_message_comes_out_as_it_went_in() -> None:
    assert unpack("a", pack("a.xml", XML)) == XML
    assert pack("a.xml", XML) == pack("a.xml", XML)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "ZIP_DAMAGED"),
        (b"PK\x03\x04", "ZIP_DAMAGED"),
        (zipped(("a.xml", XML))[:-1], "ZIP_DAMAGED"),
        (zipped(("a.xml", XML))[: len(XML)], "ZIP_DAMAGED"),
        (ROTTEN, "ZIP_DAMAGED"),
        (zipped(), "ZIP_CONTENT"),
        (zipped(("b.xml", XML)), "ZIP_CONTENT"),
        (zipped(("../a.xml", XML)), "ZIP_CONTENT"),
        (zipped(("/a.xml", XML)), "ZIP_CONTENT"),
        (zipped(("a.xml", XML), ("b.xml", XML)), "ZIP_CONTENT"),
        (zipped(("a.xml", bytes(MAX_BYTES + 1))), "TOO_LARGE"),
        (bytes(2 * MAX_BYTES), "TOO_LARGE"),
    ],
)
def test_what_is_no_message_in_a_zip_has_a_code(raw: bytes, code: str) -> None:
    with pytest.raises(BadZip) as bad:
        unpack("a", raw)
    assert bad.value.code == code


def test_only_a_damaged_zip_may_still_be_written() -> None:
    with pytest.raises(BadZip) as bad:
        unpack("a", zipped(("a.xml", XML))[:-1])
    assert not bad.value.is_whole


def test_a_zip_that_is_larger_than_it_says_gives_no_more_than_it_says() -> None:
    honest = zipped(("a.xml", bytes(4 * MAX_BYTES)))
    lying = honest.replace((4 * MAX_BYTES).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(BadZip) as bad:
        unpack("a", lying)
    assert bad.value.code == "ZIP_DAMAGED"


@pytest.mark.parametrize("code", EXPLANATIONS)
def test_every_note_is_a_valid_reply_that_names_its_message(code: str) -> None:
    about = "0d5c4a0e-0000-4000-8000-000000000002"
    reply = technical_reply.read(unwrap(note(code, about), technical_reply.TYPE).body)
    assert reply == technical_reply.Reply(about, code)
    assert technical_reply.read(unwrap(note(code, "../x"), technical_reply.TYPE).body).in_reply_to is None
