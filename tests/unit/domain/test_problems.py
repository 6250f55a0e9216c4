"""The catalogue: complete, in two languages, and never at a loss for a message."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from domain import cancellation, documents, explanation, feedback, hours, similar
from domain.appointment import Appointment, AttachmentPurpose, Attention, GoodsLine, State
from domain.declarations import NotFound, Unverifiable, check_list, judge, used
from domain.documents import InspectionReport
from domain.enterprise import Grade
from domain.facts import Block, Tariff
from domain.holiday_notice import read_notice
from domain.matching import match
from domain.problems import CATALOGUE, Fault, Problem, explain
from domain.problems.explain import placeholders
from domain.problems.kinds import Language
from domain.problems.page import page
from domain.problems.words import GROUPS, WORDS
from domain.receipt import Receipt, Result
from domain.reversal import check_numbers
from tests.unit.domain.builders import (
    BROKER,
    IMPORTER,
    POLICY,
    PUDONG,
    appointment,
    content,
    decide,
    enterprise,
    facts,
    instant,
)

ROOT = Path(__file__).parents[3]
FOLDERS = (
    "activities",
    "api",
    "card_agent",
    "cli",
    "customs",
    "db",
    "domain",
    "identity",
    "runtime",
    "states",
    "workflows",
)
LANGUAGES: tuple[Language, ...] = get_args(Language)
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)?")

# What the HTTP contract fixes.
FIXED = [
    "validation.failed",
    "state.not_permitted",
    "version.stale",
    "idempotency.conflict",
    "not_found",
    "auth.required",
    "auth.forbidden",
    "csrf.missing",
    "rate.limited",
    "temporarily.unavailable",
    "outcome.unknown",
    "field.required",
    "field.invalid",
    "field.unknown",
    "eligibility.unqualified",
    "eligibility.dishonest",
    "eligibility.overdue",
    "window.working_time",
    "window.past",
    "window.step",
    "calendar.missing",
    "cutoff.passed",
    "goods.names_too_long",
    "goods.required",
    "cancellation.closed",
    "feedback.closed",
    "feedback.too_many",
    "declaration.invalid",
    "declaration.mismatch",
    "declaration.used",
    "declaration.not_found",
    "explanation.already_sent",
    "explanation.unavailable",
    "explanation.empty",
    "document.not_pdf",
    "document.encrypted",
    "document.empty",
    "document.damaged",
    "document.active_content",
    "document.too_large",
    "document.page_too_large",
    "document.too_many",
    "query.span_too_long",
    "query.span_required",
]

problems = pytest.mark.parametrize("problem", CATALOGUE.values(), ids=list(CATALOGUE))


def test_every_code_of_the_contract_is_there() -> None:
    assert set(FIXED) <= set(CATALOGUE)
    assert (CATALOGUE["version.stale"].status, CATALOGUE["explanation.already_sent"].status) == (412, 409)


@problems
def test_a_problem_is_complete_in_both_languages(problem: Problem) -> None:
    assert CODE.fullmatch(problem.code)
    assert 400 <= problem.status < 600
    assert problem.source
    for text in (problem.title, problem.message, problem.remedy):
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert re.search(r"[A-Za-z]", text.en)


@problems
def test_both_languages_speak_of_the_same_facts(problem: Problem) -> None:
    chinese, english = (
        placeholders(problem._replace(message=message, remedy=remedy))
        for message, remedy in (
            (problem.message._replace(en=""), problem.remedy._replace(en="")),
            (problem.message._replace(zh=""), problem.remedy._replace(zh="")),
        )
    )
    assert chinese == english


@problems
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_is_made_with_all_facts_and_without_any(problem: Problem, language: Language) -> None:
    full = Fault(code=problem.code, field="reason", facts=dict.fromkeys(placeholders(problem), "⟨fact⟩"))
    told = explain(full, language)
    assert "{" not in told["message"] + told["remedy"]
    assert "—" not in told["message"] + told["remedy"]
    assert ("⟨fact⟩" in told["message"] + told["remedy"]) == bool(placeholders(problem) - {"field"})

    bare = explain(Fault(code=problem.code), language)
    assert bare["message"].strip("—。. ")
    assert set(bare) == {"code", "field", "message", "remedy", "facts"}


@pytest.mark.parametrize(
    "odd", [None, 0, 1.5, [], [None, ["a"]], {"a": 1}, "{x}", "{0.__class__}", instant("11-28 20:00")]
)
def test_an_odd_fact_costs_nobody_the_message(odd: object) -> None:
    for language in LANGUAGES:
        told = explain(Fault(code="declaration.mismatch", facts={"number": odd, "fields": odd}), language)
        assert told["message"]


def test_words_and_instants_read_as_people_write_them() -> None:
    fault = Fault(code="state.not_permitted", facts={"state": "draft", "permitted_actions": ["save", "submit"]})
    assert explain(fault, "zh")["message"] == "当前状态为“暂存”，不允许此操作。可进行：暂存、申报。"
    assert "The state is Draft" in explain(fault, "en")["message"]
    none = Fault(code="state.not_permitted", facts={"state": "deleted", "permitted_actions": [], "pre_entry_no": "N1"})
    assert explain(none, "zh")["message"] == "当前状态为“已删除”，不允许此操作（N1）。可进行：无。"
    utc = Fault(code="cancellation.closed", facts={"cancel_before": "2026-11-28T12:00:00Z"})
    assert "2026-11-28 20:00 " in explain(utc, "zh")["message"]
    exact = Fault(code="cancellation.closed", facts={"cancel_before": instant("11-28 20:00:01")})
    assert "2026-11-28 20:00:01 " in explain(exact, "zh")["message"]


def test_a_field_is_named_in_the_user_s_language_line_by_line() -> None:
    fault = Fault(code="field.required", field="goods[2].hs_code")
    assert explain(fault, "zh")["message"] == "商品第3项商品HS编码为必填项。"
    assert explain(fault, "en")["message"] == "goods line 3 HS code is required."
    assert explain(Fault(code="field.unknown", field="surprise"), "en")["message"] == "There is no field surprise."


@pytest.mark.parametrize(
    ("field", "zh", "en"),
    [
        ("items[1].content.goods[0].name", "项目第2项商品第1项名称", "items line 2 goods line 1 name"),
        ("items[0].content.direction", "项目第1项进出口标识", "items line 1 import/export mark"),
        ("content", "content", "content"),
        ("items[0].content.colour", "items[0].content.colour", "items[0].content.colour"),  # no field of ours
        ("goods[0]..name", "goods[0]..name", "goods[0]..name"),
    ],
)
def test_a_path_is_named_part_by_part(field: str, zh: str, en: str) -> None:
    fault = Fault(code="field.required", field=field)
    assert explain(fault, "zh")["message"] == f"{zh}为必填项。"
    assert explain(fault, "en")["message"].lower().startswith(en.lower())


def test_a_code_that_is_not_in_the_catalogue_is_an_error() -> None:
    with pytest.raises(KeyError):
        explain(Fault(code="no.such_code"), "zh")


def _codes_in_sources() -> Iterator[tuple[str, str]]:
    for source in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault":
                for keyword in node.keywords:
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                        yield str(source.relative_to(ROOT)), str(keyword.value.value)


def test_every_fault_in_the_sources_has_its_entry() -> None:
    found = list(_codes_in_sources())
    assert len(found) > 20
    assert [where for where in found if where[1] not in CATALOGUE] == []


def told_of_changed_hours() -> Appointment:
    news = {"hours_changed_at": instant("11-24 10:30"), "attention": (Attention.HOURS_CHANGED,), "content": content()}
    return appointment().model_copy(update=news)


def test_a_notice_lasts_as_long_as_the_attention() -> None:
    told = told_of_changed_hours()
    (notice,) = hours.notices(told)
    assert "取消" in explain(notice, "zh")["remedy"]
    assert "2026-11-24 10:30" in explain(notice, "zh")["message"]
    assert hours.notices(told.model_copy(update={"attention": ()})) == ()


def _every_fault_of_the_rules() -> Iterator[Fault]:
    long = tuple(GoodsLine(hs_code="1", name="鱼" * 21) for _ in range(201))
    dishonest, old, expired = (
        enterprise(IMPORTER, grade=Grade.DISHONEST),
        enterprise(IMPORTER, grade=Grade.GENERAL_CERTIFIED),
        enterprise(IMPORTER, valid_until=instant("01-01 00:00").date()),
    )
    for world in (
        facts(consignee=dishonest),
        facts(consignee=old),
        facts(consignee=expired),
        facts(calendars={}),
        facts(blocks=(Block(BROKER, "N1", BROKER, None),)),
        facts(tariff=Tariff(instant("11-28 20:00").date(), frozenset())),
    ):
        yield from decide(facts=world).faults
    yield from decide(content=content(window_start=instant("11-24 10:30"), contact_name=None)).faults
    yield from decide(content=content(declaration_port="9999", goods=long)).faults
    yield from decide(content=content(goods=())).faults
    late = instant("12-30 00:00")
    yield from (*cancellation.check(appointment(), late), *feedback.check_open(appointment(), late))
    yield from explanation.check(appointment(State.COMPLETED))
    yield from explanation.check(appointment(explained="sent"))
    yield from explanation.check_given(text=None, attachment_id=None)
    yield from check_list((), appointment(), POLICY)
    yield from check_list(tuple(map(str, range(51))), appointment(), POLICY)
    for number in ("1", "224820260000000001"):
        yield from judge(number=number, appointment=appointment(), answer=Unverifiable())
    yield from judge(number=f"{PUDONG}20261000000001", appointment=appointment(), answer=NotFound())
    yield used("223320261000000001")
    for report in (InspectionReport(size=2**23), InspectionReport(size=1, pages=(2**20,)), InspectionReport(size=1)):
        yield from documents.check(report, POLICY.documents)
    yield from hours.notices(told_of_changed_hours())
    yield from similar.warnings(["202600000000000001"])
    yield from documents.check_room([AttachmentPurpose.EXPLANATION], AttachmentPurpose.EXPLANATION, 5)
    yield from match("223320261000000001", {}, []).faults
    for notice in ("1月1日（周四）放假", "1月1日放假，共2天", "2月30日放假", "1月2日放假，1月2日上班", "2028年", ""):
        yield from (each.fault for each in read_notice(notice, 2027).faults)
    for result in (Result.FEEDBACK_REFUSED, Result.RETURNED):
        said = Receipt(receipt_id="1", pre_entry_no="202600000000000001", result=result, notice_time=late)
        yield from check_numbers(appointment(), said, ("223320261000000001",))


def test_the_rules_give_every_fact_that_their_messages_speak_of() -> None:
    faults = list(_every_fault_of_the_rules())
    for fault in faults:
        spoken = placeholders(CATALOGUE[fault.code])
        assert spoken <= {*fault.facts, "field"}, fault
        assert "field" not in spoken or fault.field, fault
        assert "—" not in explain(fault, "zh")["message"], fault
    ours = {code for where, code in _codes_in_sources() if where.startswith("domain/")}
    assert ours - {fault.code for fault in faults} == set()


def test_the_page_has_a_row_for_every_problem() -> None:
    text = page()
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(CATALOGUE)
    columns = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert columns == {9}
    assert text.endswith("|\n")


def test_a_word_reads_the_same_wherever_it_stands() -> None:
    assert len(WORDS) == sum(len(group) for group in GROUPS)
