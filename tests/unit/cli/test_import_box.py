"""Applications of an ERP as files: what is read, what is no application, and the published samples."""

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from lxml import etree
from typer.testing import CliRunner

from cli.import_box.answers import BoxReceipt, RefusedApplication, receipt_xml, refusal_xml, stem
from cli.import_box.applications import ApplicationUnreadable, read_application
from cli.import_box.command import _cause
from cli.import_box.key_file import KeyFile, check_address
from cli.import_box.service import BoxService, Undecided
from cli.main import app
from customs.channels import Unavailable
from tests.architecture.source import ROOT

SCHEMAS = ROOT / "cli" / "import_box" / "schemas"
HEAD = '<application xmlns="urn:yuyue:erp:1" client_no="SO 1">'


def schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=SCHEMAS / "erp-1.xsd")


@pytest.mark.parametrize("sample", ["application", "receipt", "refusal"])
def test_the_samples_are_valid_by_the_schema(sample: str) -> None:
    schema().assertValid(etree.parse(SCHEMAS / "samples" / f"{sample}.xml"))


def test_the_sample_is_read_as_the_api_takes_it() -> None:
    found = read_application((SCHEMAS / "samples" / "application.xml").read_bytes())
    assert (found.client_no, found.submit) == ("SO-2026-0001", True)
    assert found.content["window_start"] == "2026-12-05T20:00:00+08:00"
    assert found.content["goods"][1] == {"hs_code": "0302110000", "name": "鲜鳟鱼"}
    assert len(found.content) == 11


def test_names_and_values_are_left_to_the_rules_of_the_api() -> None:
    raw = HEAD + "<reason/><colour>red</colour><direction>I</direction><direction>E</direction></application>"
    assert read_application(raw.encode()).content == {"colour": "red", "direction": ["I", "E"]}
    foreign = HEAD + '<reason xmlns="urn:other">a</reason></application>'
    assert read_application(foreign.encode()).content == {"{urn:other}reason": "a"}


@pytest.mark.parametrize(
    ("raw", "reason", "whole"),
    [
        (HEAD, "box_not_xml", False),
        (HEAD + "</application>" + " " * 1024**2, "box_too_large", True),
        ("<!DOCTYPE a>" + HEAD + "</application>", "box_doctype", True),
        ("<application client_no='1'/>", "box_other_root", True),
    ],
)
def test_what_is_no_application_is_refused_with_its_reason(raw: str, reason: str, whole: bool) -> None:
    with pytest.raises(ApplicationUnreadable) as caught:
        read_application(raw.encode())
    assert (caught.value.fault.facts, caught.value.whole) == ({"reason": reason}, whole)


@pytest.mark.parametrize("client_no", ["../../etc", "甲 1", ".hidden", "a/b", "C:\\x", "-rf", " " * 64, "甲" * 64])
def test_a_number_that_is_no_safe_file_name_gets_one_of_its_own(client_no: str) -> None:
    name = stem(client_no)
    assert re.fullmatch(r"[A-Za-z0-9_\-]{0,40}\.[0-9a-f]{12}", name)
    assert name != stem(f"{client_no}1")


def test_a_plain_number_is_its_file_name() -> None:
    assert stem("SO-2026.1") == "SO-2026.1"


def test_answers_are_valid_whatever_a_file_is_called() -> None:
    fault = {"code": "field.invalid", "row": 3, "field": None, "message": "\x01", "remedy": "\ud800"}
    refusal = refusal_xml("a\udcff\x02.xml", [RefusedApplication("甲\x00", [fault], "202600000000000001")])
    made = BoxReceipt("甲", "202600000000000001", 2, "submitted", "已申报", "2026-12-03T10:12:30+08:00")
    for raw in (refusal, receipt_xml(made)):
        schema().assertValid(etree.fromstring(raw))


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("secret\n")
    path.chmod(0o644)
    with pytest.raises(typer.Exit):
        KeyFile(path)
    os.chmod(path, 0o600)  # noqa: PTH101 as an administrator does
    assert KeyFile(path).read() == "secret"


@pytest.mark.parametrize(("api", "taken"), [("https://yuyue.example", 1), ("http://127.0.0.1:1", 1), ("http://a", 0)])
def test_the_key_crosses_no_network_in_plain_text(api: str, taken: bool) -> None:
    if taken:
        check_address(api)
        return
    with pytest.raises(typer.Exit):
        check_address(api)


async def test_a_batch_that_is_too_large_is_sent_in_halves() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        items = json.loads(request.content)["items"]
        if "large" in items or len(items) > 2:
            problem = {"errors": [{"code": "body.too_large", "field": None}]}
            return httpx.Response(413, json=problem, headers={"content-type": "application/problem+json"})
        return httpx.Response(200, json={"items": [{"code": None, "of": item} for item in items]})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://yuyue") as http:
        answers: list[Any] = await BoxService(http).declare(["a", "b", "c", "large", "d"])  # type: ignore[list-item]
    assert [each["code"] or each.get("of") for each in answers] == ["a", "b", "c", "validation.failed", "d"]
    assert answers[3]["errors"][0]["code"] == "body.too_large"


def test_an_api_that_does_not_answer_is_named_with_where_to_look(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k")
    key.chmod(0o600)
    options = ["--api", "http://127.0.0.1:1", "--key-file", str(key), "--once"]
    ended = CliRunner().invoke(app, ["import-box", str(tmp_path / "box"), *options])
    assert ended.exit_code == 1
    assert "接口 http://127.0.0.1:1 没有答复，请检查地址和网络" in ended.output
    assert "the API does not answer, check address and network" in ended.output


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (Undecided("http 401"), "replace the key file"),
        (Undecided("http 503"), "check address and network"),
        (Unavailable("box ENOSPC"), "check disk and permissions"),
    ],
)
def test_each_cause_has_its_remedy(error: Exception, advice: str) -> None:
    assert advice in _cause(error, "https://api.example")
