"""An enterprise at its desk, and customs across the table: httpx and nothing else."""

from datetime import timedelta
from typing import Any, Self

import httpx

from cli.demo.story import PORT, content, declaration, declaration_number
from tests.e2e.stack import Up, until

APPOINTMENTS = "/api/v1/appointments"
LATER = timedelta(hours=1)
#: A window that opens during the test, and not before a busy machine has approved it.
SOON = timedelta(seconds=10)


class Broker:
    """One applicant with the consignee it applies for."""

    def __init__(self, stack: Up, key: str, code: str, consignee: str, port: str = PORT) -> None:
        self.http = stack.client(key)
        self.office = stack.office()
        self.code, self.consignee, self.port = code, consignee, port

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.office.close()

    def content(self, starts_in: timedelta = LATER) -> dict[str, Any]:
        ports = {"declaration_port": self.port, "entry_exit_port": self.port}
        return content(starts_in=starts_in) | {"consignee_code": self.consignee} | ports

    def new_draft(self, starts_in: timedelta = LATER) -> httpx.Response:
        return self.http.post(APPOINTMENTS, json=self.content(starts_in))

    def draft(self, starts_in: timedelta = LATER) -> str:
        return str(body(self.new_draft(starts_in), 201)["pre_entry_no"])

    def act(self, number: str, what: str, json: Any = None, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post(f"{APPOINTMENTS}/{number}/{what}", json=json or {}, headers=headers)

    def view(self, number: str) -> dict[str, Any]:
        return body(self.http.get(f"{APPOINTMENTS}/{number}"))

    def listed(self, number: str) -> list[dict[str, Any]]:
        page = body(self.http.get(APPOINTMENTS, params={"party": "A", "pre_entry_no": number}))
        return list(page["items"])

    def receipts(self, number: str) -> list[dict[str, Any]]:
        answer = body(self.http.get(f"{APPOINTMENTS}/{number}/receipts"))
        return list(answer["items"] if isinstance(answer, dict) else answer)

    def until_state(self, number: str, state: str, seconds: float = 20) -> dict[str, Any]:
        until(lambda: self.view(number)["state"] == state, seconds=seconds, what=f"{number} {state}")
        return self.view(number)

    def approved(self, starts_in: timedelta = LATER) -> str:
        """A new appointment that customs has approved."""
        number = self.draft(starts_in)
        body(self.act(number, "submission"))
        self.until_state(number, "succeeded")
        return number

    def declare(self, number: str, **changes: Any) -> str:
        """A declaration number that customs knows, by the appointment's parties unless changed."""
        serial = self.port + declaration_number(int(number[-8:]) * 10 + len(changes))[len(PORT) :]
        ports = {"declaration_port": self.port, "entry_exit_port": self.port}
        known = declaration(serial) | {"applicant": self.code, "consignee": self.consignee} | ports | changes
        body(self.office.post("/control/declarations", json=[known]))
        return serial

    def scenario(self, name: str, number: str | None = None, delay_seconds: float = 0.1) -> None:
        order = {"name": name, "delay_seconds": delay_seconds, "pre_entry_no": number}
        body(self.office.post("/control/scenario", json=order))

    def decide(self, number: str, result: str) -> None:
        body(self.office.post("/control/decide", json={"pre_entry_no": number, "result": result}))

    def received(self, number: str) -> list[dict[str, Any]]:
        """Messages that customs has received for the appointment, in order of first arrival."""
        return list(self.office.get("/control/received", params={"pre_entry_no": number}).json())


def body(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The JSON of an answer that must have the status."""
    assert answer.status_code == status, answer.text
    return dict(answer.json()) if isinstance(answer.json(), dict) else answer.json()


def login(browser: httpx.Client, name: str, password: str) -> httpx.Response:
    """One try to log in, its captcha solved as the sandbox tells it."""
    captcha = body(browser.get("/api/v1/captcha"))
    given = {"captcha_id": captcha["captcha_id"], "captcha_answer": captcha["sandbox_answer"]}
    return browser.post("/api/v1/session", json={"username": name, "password": password} | given)


def codes(answer: httpx.Response) -> list[str]:
    """All problem codes of a refusal."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return [error["code"] for error in answer.json()["errors"]]
