"""The parser: hostile documents cost little, tell little and reach nothing."""

import re
import time
from pathlib import Path

import pytest

from customs import xml
from customs.xml import MAX_BYTES, Unusable, parse
from tests.unit.customs.samples import sample

LAUGHS = b"""<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><lolz>&d;</lolz>"""


def reason(raw: bytes) -> str:
    with pytest.raises(Unusable) as refusal:
        parse(raw)
    return refusal.value.reason


@pytest.mark.parametrize(
    "raw",
    [
        LAUGHS,
        b'<?xml version="1.0"?>\n<!DOCTYPE message SYSTEM "http://192.0.2.1/evil.dtd"><message/>',
        b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>',
        b"<!DOCTYPE message><message/>",
        b"\xef\xbb\xbf <!-- <a> --> <?pi x?><!DOCTYPE message><message/>",
    ],
)
def test_a_doctype_is_refused_whatever_it_says(raw: bytes) -> None:
    assert reason(raw) == "doctype"


def test_the_parser_sees_a_doctype_the_first_look_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_DOCTYPE", re.compile(b"never"))
    assert reason(b"<!DOCTYPE message><message/>") == "doctype"


def test_a_doctype_inside_a_text_is_only_text() -> None:
    raw = sample("receipt").replace("请按时到场".encode(), b"<![CDATA[<!DOCTYPE x>]]>")
    assert parse(raw).findtext(".//{*}note") == "<!DOCTYPE x>"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"not xml",
        b"{}",
        b"<message",
        b"<a></b>",
        b"\x00" * 100,
        b"<a>&nbsp;</a>",
        b"\xff\xfe<\x00a\x00/\x00>\x00",
        "<信>".encode("gbk"),
        b"PK\x03\x04",
        b"<a>" * 5000,
        b"<!-- never closed",
        b"<?pi never closed",
    ],
)
def test_what_is_not_well_formed_utf8_xml_is_refused(raw: bytes) -> None:
    assert reason(raw) == "not_xml"


def test_one_mebibyte_passes_the_size_limit_and_one_byte_more_does_not() -> None:
    raw = sample("receipt")
    padded = raw + b" " * (MAX_BYTES - len(raw))
    parse(padded)
    assert reason(padded + b" ") == "too_large"


@pytest.mark.parametrize("part", [b" ", b"<?", b"<!--", b"<!-- -->", b"<?a?>", b"\n<?"])
def test_a_hostile_prolog_costs_linear_time(part: bytes) -> None:
    raw = part * (MAX_BYTES // len(part))
    started = time.thread_time()
    reason(raw)
    assert time.thread_time() - started < 2


def test_comments_and_instructions_cannot_cut_a_text_in_two() -> None:
    raw = sample("receipt").replace("请按时到场".encode(), "请<!-- x -->按时<?y z?>到场".encode())
    assert parse(raw).findtext(".//{*}note") == "请按时到场"


def test_a_schema_hint_in_the_message_loads_nothing(tmp_path: Path) -> None:
    lax = tmp_path / "lax.xsd"
    lax.write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x"/>')
    hint = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x {lax.as_uri()}"'
    root = b"<message " + hint.encode() + b" "
    parse(sample("receipt").replace(b"<message ", root, 1))
    assert reason(sample("receipt").replace(b"<message ", root, 1).replace(b"APPROVED", b"NO")) == "schema"


def test_a_refusal_says_where_and_not_what() -> None:
    with pytest.raises(Unusable) as refusal:
        parse(sample("receipt").replace(b"APPROVED", b"SECRET"))
    assert str(refusal.value) == "schema: result SCHEMAV_CVC_ENUMERATION_VALID"
