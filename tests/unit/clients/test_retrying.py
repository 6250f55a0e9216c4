"""The layer of the Python client that is written by hand: a command is repeated under its first key."""

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.architecture.source import ROOT

SOURCE = ROOT / "clients" / "python" / "src" / "yuyue_client"
PROBLEM = {
    "status": 422,
    "code": "validation.failed",
    "title": "t",
    "detail": "d",
    "errors": [{"code": "field.invalid", "field": "direction", "message": "m", "remedy": "r", "facts": {}}],
}

Answers = Callable[[list[httpx.Request]], httpx.Response]


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Imports modules of the package without what is generated."""
    bare = ModuleType("yuyue_client")
    bare.__path__ = [str(SOURCE)]
    monkeypatch.setitem(sys.modules, "yuyue_client", bare)
    yield lambda name: importlib.import_module(f"yuyue_client.{name}")
    for name in [name for name in sys.modules if name.startswith("yuyue_client.")]:
        del sys.modules[name]


def client(package: Callable[[str], Any], answers: Answers, seconds: float = 20) -> tuple[httpx.Client, list[Any]]:
    """A client whose server answers by the requests so far."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answers(seen)

    transport = package("retrying").RetryingTransport(httpx.MockTransport(answer), seconds)
    return httpx.Client(transport=transport, base_url="http://yuyue"), seen


def in_turn(*steps: httpx.Response | Exception) -> Answers:
    def answer(seen: list[httpx.Request]) -> httpx.Response:
        step = steps[min(len(seen), len(steps)) - 1]
        if isinstance(step, Exception):
            raise step
        return step

    return answer


def test_a_command_without_an_answer_is_repeated_under_its_key(package: Callable[[str], Any]) -> None:
    http, seen = client(package, in_turn(httpx.ReadError("cut"), httpx.Response(503), httpx.Response(201)))
    assert http.post("/a", json={"b": 1}).status_code == 201
    assert len({request.headers["Idempotency-Key"] for request in seen}) == 1
    assert [request.content for request in seen] == [seen[0].content] * 3


def test_a_key_of_ones_own_is_kept_and_a_question_has_none(package: Callable[[str], Any]) -> None:
    http, seen = client(package, in_turn(httpx.Response(502), httpx.Response(200)))
    http.post("/a", headers={"Idempotency-Key": "SO-1"})
    http.get("/a")
    assert [request.headers.get("Idempotency-Key") for request in seen] == ["SO-1", "SO-1", None]


def test_a_refusal_is_raised_with_its_remedies_and_not_repeated(package: Callable[[str], Any]) -> None:
    media = {"content-type": "application/problem+json"}
    http, seen = client(package, in_turn(httpx.Response(422, json=PROBLEM, headers=media)))
    with pytest.raises(package("problems").ProblemError, match=r"422 validation.failed: d\ndirection.*m r") as caught:
        http.post("/a")
    assert (caught.value.code, caught.value.errors[0].remedy, len(seen)) == ("validation.failed", "r", 1)


@pytest.mark.parametrize("last", [httpx.ConnectError("away"), httpx.Response(503)])
def test_it_gives_up_in_time(package: Callable[[str], Any], last: httpx.Response | Exception) -> None:
    http, seen = client(package, in_turn(last), seconds=0.1)
    if isinstance(last, Exception):
        with pytest.raises(httpx.ConnectError):
            http.post("/a")
    else:
        assert http.post("/a").status_code == 503
    assert len(seen) == 1
