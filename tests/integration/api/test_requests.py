"""Any bad request gets a problem document that says what is wrong."""

import json
from typing import Any

import pytest

from identity.authorization import OPEN
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, content, refused

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "body.malformed"),
        (b"\xff\xfe", 400, "body.malformed"),
        (b'{"reason": ' + b"[" * 100_000, 400, "body.malformed"),
        (b'{"reason": ' + b"9" * 10_000 + b"}", 400, "body.malformed"),
        (b"[]", 422, "field.invalid"),
        (b'"text"', 422, "field.invalid"),
        (b'{"reason": NaN}', 422, "field.invalid"),
    ],
)
async def test_a_body_that_is_no_content(api_stack: ApiStack, raw: bytes, status: int, code: str) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, content=raw, headers=JSON)
    assert refused(answer, status) == [code]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"colour": "red"}, "field.unknown", "colour"),
        ({"goods": [{"hs_code": "0301", "price": 1}]}, "field.unknown", "goods[0].price"),
        ({"reason": 5}, "field.invalid", "reason"),
        ({"reason": "a\u0000b"}, "field.invalid", "reason"),
        ({"reason": "a\u001bb"}, "field.invalid", "reason"),
        ({"reason": "a\ufffeb"}, "field.invalid", "reason"),
        ({"reason": "字" * 501}, "field.invalid", "reason"),
        ({"contact_mobile": "12345"}, "field.invalid", "contact_mobile"),
        ({"contact_mobile": "１３８００１３８００"}, "field.invalid", "contact_mobile"),
        ({"declaration_port": "22333"}, "field.invalid", "declaration_port"),
        ({"transport_mode": "Q"}, "field.invalid", "transport_mode"),
        ({"direction": "X"}, "field.invalid", "direction"),
        ({"reason_category": "other"}, "field.invalid", "reason_category"),
        ({"window_start": "2026-11-28T20:00:00"}, "field.invalid", "window_start"),
        ({"window_start": "2026-11-28"}, "field.invalid", "window_start"),
        ({"window_start": 1795000000}, "field.invalid", "window_start"),
        ({"window_start": "2026-02-30T20:00:00+08:00"}, "field.invalid", "window_start"),
        ({"window_start": "9999-12-31T23:00:00+08:00"}, "field.invalid", "window_start"),
        ({"goods": "fish"}, "field.invalid", "goods"),
        ({"goods": [None]}, "field.invalid", "goods[0]"),
        ({"consignee_code": "312226000*"}, "field.invalid", "consignee_code"),
    ],
)
async def test_a_field_that_is_wrong_is_named(
    api_stack: ApiStack, changes: dict[str, Any], code: str, field: str
) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, json=content(**changes))
    assert code in refused(answer, 422)
    assert field in [error["field"] for error in answer.json()["errors"]]


async def test_a_lone_surrogate_is_refused(api_stack: ApiStack) -> None:
    raw = json.dumps(content()).replace("reason_category", "reason_category").encode()
    raw = raw.replace(b'"reason": "', b'"reason": "\\ud800')
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, content=raw, headers=JSON)
    assert refused(answer, 422) == ["field.invalid"]


async def test_all_wrong_fields_come_together(api_stack: ApiStack) -> None:
    wrong = content(contact_mobile="1", reason="字" * 501)
    async with api_stack.client("general") as client:
        assert refused(await client.post(APPOINTMENTS, json=wrong), 422) == ["field.invalid", "field.invalid"]


async def test_nothing_of_what_was_typed_comes_back(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, json=content(contact_mobile="secret-number", contact_name="a\u0000z"))
    assert "secret" not in answer.text


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 5 * 1024 * 1024])
async def test_a_body_over_one_mebibyte_is_refused(api_stack: ApiStack, size: int) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, content=b" " * size, headers=JSON)
    assert refused(answer, 413) == ["body.too_large"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_body_must_be_json(api_stack: ApiStack, kind: str) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, content=b"{}", headers={"Content-Type": kind})
    assert refused(answer, 415) == ["media_type.unsupported"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "schlüssel", "a\tb"])
async def test_an_idempotency_key_is_up_to_255_visible_characters(api_stack: ApiStack, key: str) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, json={}, headers={b"Idempotency-Key": key.encode("latin-1")})
    assert refused(answer, 422) == ["field.invalid"]
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", f"{APPOINTMENTS}/", 404, "not_found"),
        ("GET", f"{APPOINTMENTS}/not-a-number", 404, "not_found"),
        ("GET", f"{APPOINTMENTS}/202600000000000001", 404, "not_found"),
        ("PATCH", APPOINTMENTS, 405, "method.not_allowed"),
        ("DELETE", "/api/v1/ports", 405, "method.not_allowed"),
        ("TRACE", APPOINTMENTS, 405, "method.not_allowed"),
    ],
)
async def test_what_the_framework_refuses_is_a_problem_too(
    api_stack: ApiStack, method: str, path: str, status: int, code: str
) -> None:
    async with api_stack.client("general") as client:
        assert refused(await client.request(method, path), status) == [code]


async def test_an_unexpected_error_is_a_problem_and_tells_nothing(
    api_stack: ApiStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise LookupError("王小明")

    monkeypatch.setattr("db.lookup.CachedIndex.current", fail)
    async with api_stack.client("general") as client:
        answer = await client.get("/api/v1/ports")
    assert refused(answer, 500) == ["internal.error"]
    assert "王小明" not in answer.text


async def test_english_by_request(api_stack: ApiStack) -> None:
    async with api_stack.client("general", **{"Accept-Language": "de, en;q=0.5"}) as client:
        answer = await client.get(f"{APPOINTMENTS}/1")
    assert refused(answer, 404) == ["not_found"]
    assert answer.json()["title"] == "Not found"
    assert answer.headers["content-language"] == "en"


async def test_answers_carry_the_headers_of_safety(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        for path in (APPOINTMENTS, "/api/v1/ports", "/health/live"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert "access-control-allow-origin" not in headers
        assert (await client.get("/api/v1/transport-modes")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "methods"),
    [("202600000000000001", "DELETE, GET, PUT"), ("agenda", "GET"), ("202600000000000001/attachments", "POST")],
)
async def test_a_method_that_is_not_allowed_names_all_that_are(api_stack: ApiStack, path: str, methods: str) -> None:
    async with api_stack.client("general") as client:
        answer = await client.patch(f"{APPOINTMENTS}/{path}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == methods


async def test_the_document_covers_every_route_and_the_page_needs_no_internet(api_stack: ApiStack) -> None:
    async with api_stack.client() as client:
        document = (await client.get("/openapi.json")).json()
        page = (await client.get("/docs")).text
    assert document["openapi"].startswith("3.1")
    for path, item in document["paths"].items():
        for method, operation in item.items():
            answers, guarded = operation["responses"], path.startswith(("/api", "/ops", "/customs"))
            assert "default" not in answers, "an answer that is not foreseen must be noticed"
            for status in {"422", "401", "403", "429"} if guarded else {"422"}:
                problem = answers[status]["content"]["application/problem+json"]
                assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}, path
            strangers = (method.upper(), path) in OPEN
            assert bool(operation["security"]) == (guarded and not strangers)
    assert "//cdn" not in page
    assert "HTTPValidationError" not in json.dumps(document)
