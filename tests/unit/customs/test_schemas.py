"""The XSD: accepts every golden sample and refuses each of its mutants."""

import shutil
from pathlib import Path

import pytest
from lxml import etree

from customs.published import unpublished_changes
from customs.xml import SCHEMAS, Unusable, parse
from tests.unit.customs.samples import sample
from tests.unit.signing.builders import STATEMENT

SAMPLES = sorted((SCHEMAS / "samples").glob("*.xml"), key=lambda path: path.name)

#: sample, the text there, the text instead, the element the refusal names
MUTANTS = [
    ("receipt", "0d5c4a0e-0000", "0D5C4A0E-0000", "message_id"),
    ("receipt", "7b1de3a2-0000-4000-8000-000000000001", "1", "receipt_id"),
    ("receipt", "<version>1.0<", "<version>2.0<", "version"),
    ("receipt", ">RECEIPT<", ">RECEIPTS<", "message_type"),
    ("receipt", "<sender_id>CUSTOMS<", "<sender_id>海关<", "sender_id"),
    ("receipt", "10:15:00+08:00", "10:15:00", "send_time"),
    ("receipt", "10:14:59.5+08:00", "24:00:00+08:00", "notice_time"),
    ("receipt", "10:14:59.5+08:00", "10:14:60+08:00", "notice_time"),
    ("receipt", "10:14:59.5+08:00", "10:14:59.1234567+08:00", "notice_time"),
    ("receipt", "<notice_time>2026-11-24", "<notice_time>2026-02-30", "notice_time"),
    ("receipt", "<notice_time>2026", "<notice_time>0000", "notice_time"),
    ("receipt", "202600000000000042", "20260000000000042", "pre_entry_no"),
    ("receipt", ">202600000000000042", "> 202600000000000042", "pre_entry_no"),
    ("receipt", "202600000000000042", "２02600000000000042", "pre_entry_no"),
    ("receipt", ">APPROVED<", ">approved<", "result"),
    ("receipt", "223320260000000042", "2233-2026", "application_no"),
    ("receipt", "<note>请按时到场</note>", "<note/>", "note"),
    ("receipt", "请按时到场", "长" * 4001, "note"),
    ("receipt", "李关员", "李" * 200, "duty_contact"),
    ("receipt", "<result>APPROVED</result>", "", "notice_time"),
    ("receipt", "</receipt>", "<extra/></receipt>", "extra"),
    ("receipt", "<receipt>", "<receipt colour='red'>", "receipt"),
    ("receipt", "urn:yuyue:customs:1", "urn:yuyue:customs:2", "message"),
    ("receipt", "</body>", "</body><signature><format>CMS_DETACHED</format><value>!</value></signature>", "value"),
    ("receipt", "</body>", "</body><signature><format>PKCS7</format><value>QUJD</value></signature>", "format"),
    ("appointment_apply", "<code>3122260003<", "<code>312226000a<", "code"),
    ("appointment_apply", "91350100M000100Y43", "91350100M000100Y4", "uscc"),
    ("appointment_apply", "13800138000", "12800138000", "contact_mobile"),
    ("appointment_apply", "<declaration_port>2233<", "<declaration_port>浦东<", "declaration_port"),
    ("appointment_apply", "<transport_mode>5<", "<transport_mode>A<", "transport_mode"),
    ("appointment_apply", "<direction>I<", "<direction>X<", "direction"),
    ("appointment_apply", ">perishable<", ">fish<", "reason_category"),
    ("appointment_apply", ">general<", ">forbidden<", "credit_level"),
    ("appointment_apply", "<hs_code>0301999990<", "<hs_code>030<", "hs_code"),
    ("appointment_apply", "<seq>1<", "<seq>0<", "seq"),
    ("appointment_apply", "<name>其他活鱼</name>", "", "line"),
    ("appointment_apply", "<pages>3</pages>", "", "sha256"),
    ("appointment_apply", "<size>102400<", "<size>0<", "size"),
    ("appointment_apply", "<name>原产地证书.pdf</name>", "", "size"),
    ("appointment_explanation", "60303ae2", "60303AE2", "sha256"),
    ("appointment_cancel", "船期改动", "长" * 501, "reason"),
    ("appointment_feedback", ">unverified<", ">mismatched<", "outcome"),
    ("appointment_feedback", "<number>223320261000000001</number>", "", "outcome"),
    ("appointment_explanation", "<sent_at>2026-11-30T10:00:00+08:00</sent_at>", "", "text"),
    ("declaration_query", "223320261000000003", "A23320261000000003", "number"),
    ("declaration_result", "<not_found/>", "", "answer"),
    ("declaration_result", "<not_found/>", "<not_found>1</not_found>", "not_found"),
    ("declaration_result", "<declared_on>2026-11-28<", "<declared_on>2026-11-28T21:05:00<", "declared_on"),
    ("declaration_result", "<declared_on>2026-11-28<", "<declared_on>2026-11-28+08:00<", "declared_on"),
    ("technical_reply", ">SCHEMA<", ">BAD_LUCK<", "code"),
    ("technical_reply", "<code>SCHEMA</code>", "", "note"),
]


def sample_named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", SAMPLES, ids=sample_named)
def test_a_golden_sample_is_valid(path: Path) -> None:
    assert parse(path.read_bytes()).findtext("{*}message_type") == path.stem.upper()


def test_every_body_of_the_schema_has_a_golden_sample() -> None:
    bodies = {path.stem for path in SCHEMAS.glob("*.xsd")} - {"envelope", "types", "statement"}
    assert {path.stem for path in SAMPLES} == bodies


def test_the_statement_that_a_card_signs_is_valid_by_its_own_schema() -> None:
    schema = etree.XMLSchema(file=SCHEMAS / "statement.xsd")
    good = STATEMENT.write()
    assert schema.validate(etree.fromstring(good)), schema.error_log
    assert not schema.validate(etree.fromstring(good.replace(b"<act>submission", b"<act>destruction")))


@pytest.mark.parametrize(("name", "was", "becomes", "named"), MUTANTS)
def test_a_mutant_is_refused_where_it_is_wrong(name: str, was: str, becomes: str, named: str) -> None:
    xml = sample(name).decode()
    assert was in xml
    with pytest.raises(Unusable) as refusal:
        parse(xml.replace(was, becomes, 1).encode())
    assert (refusal.value.reason, refusal.value.detail.split()[0]) == ("schema", named)


def test_fifty_numbers_may_be_asked_and_one_more_may_not() -> None:
    one = "<number>223320261000000001</number>"
    xml = sample("declaration_query").decode()
    parse(xml.replace(one, one * 48).encode())
    with pytest.raises(Unusable, match="schema: number"):
        parse(xml.replace(one, one * 49).encode())


def test_a_detached_signature_may_stand_beside_the_body() -> None:
    signature = "</body><signature><format>CMS_DETACHED</format><value>QUJDRA==</value></signature>"
    parse(sample("appointment_apply").decode().replace("</body>", signature).encode())


def test_every_schema_is_as_it_was_published_under_its_version() -> None:
    assert list(unpublished_changes()) == []


def test_a_schema_that_changes_needs_a_new_version_and_a_line_in_the_ledger(tmp_path: Path) -> None:
    folder = tmp_path / "schemas"
    shutil.copytree(SCHEMAS, folder)
    changed = folder / "receipt.xsd"
    text = changed.read_text("utf-8").replace('maxOccurs="50"', 'maxOccurs="51"')
    assert text != changed.read_text("utf-8")
    changed.write_text(text, "utf-8")
    (wrong,) = unpublished_changes(folder)
    assert wrong.startswith("receipt.xsd: it differs from what was published as 1.0")

    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (other / "receipt.xsd").write_text(text.replace('version="1.0">', 'version="1.1">', 1), "utf-8")
    (missing,) = unpublished_changes(other)
    assert missing.startswith("receipt.xsd: add “1.1 ")


def test_the_office_has_the_same_schemas() -> None:
    office = SCHEMAS.parents[1] / "simulator" / "schemas"
    assert {path.name: path.read_bytes() for path in office.glob("*.xsd")} == {
        path.name: path.read_bytes() for path in SCHEMAS.glob("*.xsd")
    }
