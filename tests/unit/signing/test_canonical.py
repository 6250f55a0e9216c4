"""What is signed can be read in one way only."""

from datetime import UTC, datetime

import pytest

from signing.canonical import Challenge, SignedAct, Statement, StatementUnreadable
from tests.unit.signing.builders import STATEMENT


def test_a_statement_reads_as_it_was_written() -> None:
    raw = STATEMENT.write()
    assert Statement.read(raw) == STATEMENT
    assert raw.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<statement xmlns="urn:yuyue:customs:1"><act>submission</act><pre_entry_no>202600000000000042</pre_entry_no>'
        f"<version>3</version><nonce>{'n' * 43}</nonce><time>2026-11-25T10:00:00+08:00</time>"
        '<signer>3122260001</signer><content xmlns="urn:yuyue:customs:1"><reason>鲜活</reason></content></statement>'
    )


@pytest.mark.parametrize("act", SignedAct)
def test_every_act_has_bytes_of_its_own(act: SignedAct) -> None:
    assert Statement.read(STATEMENT._replace(act=act).write()).act is act


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"submission", b"destruction"),
        (b"<version>3", b"<version>03"),
        (b"<version>3", b"<version>0"),
        (b"+08:00<", b"Z<"),
        (b"10:00:00+08:00", b"99:00:00+08:00"),
        (b"10:00:00+08:00", b"10:00:00"),
        (b"UTF-8", b"GBK"),
        (b"</statement>", b"</statement>\n"),
        (b"<act>", b"<act><!-- -->"),
        (b"<signer>3122260001</signer>", b""),
    ],
)
def test_bytes_written_otherwise_are_no_statement(old: bytes, new: bytes) -> None:
    raw = STATEMENT.write()
    assert old in raw
    with pytest.raises(StatementUnreadable):
        Statement.read(raw.replace(old, new))


def test_a_challenge_names_purpose_and_origin() -> None:
    challenge = Challenge("https://a.example", "n", datetime(2026, 11, 25, tzinfo=UTC))
    assert challenge.write() == (
        b'{"nonce":"n","origin":"https://a.example","purpose":"yuyue/login","time":"2026-11-25T08:00:00+08:00"}'
    )
