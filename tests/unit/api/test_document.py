"""The document at ``/openapi.json``: what generators and linters of OpenAPI 3.1 rely on."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from api.app import create_app
from api.openapi import calls
from api.views import View
from identity.authorization import OPEN, is_guarded
from runtime.settings import Settings
from tests.architecture.source import ROOT

NAME = re.compile(r"[a-z][a-z0-9_]*")
FILES = {
    ("get", "/api/v1/appointments/{pre_entry_no}/attachments/{attachment_id}"): {"application/pdf": "binary"},
    ("get", "/api/v1/appointments/export"): {"sheet": "binary", "text/csv": None},
    ("get", "/api/v1/appointments/import-template"): {"sheet": "binary", "text/csv": None},
    ("post", "/api/v1/appointments/import-result"): {"sheet": "binary", "text/csv": None},
    ("get", "/calendar.ics"): {"text/calendar": None},
    ("get", "/api/v1/appointments/events"): {"text/event-stream": None},
}


@cache
def document() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(each)


def models(of: type[BaseModel] = View) -> Iterator[type[BaseModel]]:
    for each in of.__subclasses__():
        yield each
        yield from models(each)


def holds_instants(annotation: Any) -> bool:
    return annotation is datetime or any(holds_instants(each) for each in get_args(annotation))


def test_operations_are_named_in_ascii_and_each_once() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert [name for name in names if not NAME.fullmatch(name)] == []
    assert [name for name in names if "_v1_" in name] == [], "a name repeats its path"
    assert len(names) == len(set(names))


def test_tags_are_ascii_and_say_in_chinese_what_people_read() -> None:
    tags = {tag["name"]: tag["x-displayName"] for tag in document()["tags"]}
    assert {tag for _, _, operation in operations() for tag in operation["tags"]} == set(tags)
    assert [name for name, shown in tags.items() if not NAME.fullmatch(name) or shown.isascii()] == []


def test_every_instant_of_an_answer_is_a_date_time() -> None:
    app_models = [each for each in models() if each.__module__.startswith("api.")]
    instants = [
        (model.__name__, name, model.model_json_schema(mode="serialization")["properties"][name])
        for model in app_models
        for name, field in model.model_fields.items()
        if holds_instants(field.annotation)
    ]
    assert len(instants) > 50
    assert [
        (model, name) for model, name, schema in instants if '"format": "date-time"' not in json.dumps(schema)
    ] == []


def test_it_has_the_keywords_of_3_1_only_and_every_array_says_of_what() -> None:
    found = list(nodes(document()))
    assert [each for each in found if "itemSchema" in each] == []
    assert [each for each in found if each.get("type") == "array" and "items" not in each] == []


def test_faults_have_one_schema_wherever_they_are_listed() -> None:
    listed = [
        (name, field, shape["items"].get("$ref"))
        for name, schema in document()["components"]["schemas"].items()
        for field, shape in schema.get("properties", {}).items()
        if field in {"errors", "warnings", "notices"}
    ]
    assert len(listed) > 10
    # The others are an Error with its place in a file or in a notice.
    fault = {f"#/components/schemas/{name}" for name in ("Error", "CellError", "NoticeError")}
    assert [(name, field) for name, field, ref in listed if ref not in fault] == []


@pytest.mark.parametrize("call", FILES, ids=lambda call: f"{call[0]} {call[1]}")
def test_files_and_streams_are_described(call: tuple[str, str]) -> None:
    method, path = call
    content = document()["paths"][path][method]["responses"]["200"]["content"]
    found = {kind.rpartition(".")[2]: media["schema"] for kind, media in content.items()}
    assert {kind: schema.get("format") for kind, schema in found.items()} == FILES[call]
    assert {schema["type"] for schema in found.values()} == {"string"}


def test_receipts_are_xml_of_any_encoding() -> None:
    body = document()["paths"]["/customs/v1/receipts"]["post"]["requestBody"]
    assert body["content"] == {"application/xml": {"schema": {"type": "string", "format": "binary"}}}


def test_a_body_that_may_be_left_out_is_never_null_too() -> None:
    bodies = [operation["requestBody"] for _, _, operation in operations() if "requestBody" in operation]
    optional = [body for body in bodies if not body.get("required")]
    assert len(optional) >= 4
    assert [body for body in optional if "null" in json.dumps(body)] == []


def test_every_operation_says_what_it_asks_of_the_caller() -> None:
    for method, path, operation in operations():
        if not is_guarded(method.upper(), path):
            assert operation["security"] == [], path
            continue
        assert operation["security"][0] == {"key": []}, path
        session = {"session"} if method == "get" else {"session", "csrf"}
        assert operation["security"][1].keys() == session, path
        assert {"401", "403", "429", "503"} <= operation["responses"].keys()
    assert {(method.upper(), path) for method, path, _ in operations()} >= OPEN
    assert document()["components"]["securitySchemes"]["csrf"]["name"] == "X-CSRF-Token"


def test_every_problem_is_a_problem_document() -> None:
    problems = [
        (path, status, answer.get("content", {}).keys())
        for _, path, operation in operations()
        for status, answer in operation["responses"].items()
        if status >= "400" and path != "/health/ready"
    ]
    assert [each for each in problems if each[2] != {"application/problem+json"}] == []


def test_it_says_where_it_is_served_and_under_which_licence() -> None:
    assert [server["url"] for server in document()["servers"]] == ["/"]
    assert document()["info"]["license"]["identifier"] == "Apache-2.0"


def test_every_parameter_is_described() -> None:
    parameters = [(path, each) for _, path, operation in operations() for each in operation.get("parameters", ())]
    assert len(parameters) > 100
    assert [(path, each["name"]) for path, each in parameters if not each.get("description")] == []


def test_the_page_of_all_calls_is_the_committed_one() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert page == calls.page(document()), "run make docs"
    assert [path for _, path, _ in operations() if f" {path}`" not in page] == []
