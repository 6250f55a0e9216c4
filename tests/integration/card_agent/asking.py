"""What a page asks the card's program for, made as the server makes it, and judged as the server judges it."""

import base64
import secrets
from datetime import UTC, datetime
from typing import Any

import httpx

from signing.canonical import LOGIN_PURPOSE, PRESENCE_PURPOSE, Challenge, SignedAct, Statement
from signing.trust import Trust
from signing.verify import Verified, verify_data, verify_login
from tests.integration.card_agent.program import PAGE

__all__ = ["LOGIN_PURPOSE", "PRESENCE_PURPOSE"]

Card = dict[str, Any]


def challenge(purpose: str = LOGIN_PURPOSE, origin: str = PAGE) -> bytes:
    return Challenge(origin, secrets.token_urlsafe(32), datetime.now(UTC), purpose).write()


def statement(signer: str) -> bytes:
    content = (
        '<content xmlns="urn:yuyue:customs:1"><consignee_code>3122260003</consignee_code>'
        "<goods><item><hs_code>0301</hs_code><name>活鱼</name></item></goods></content>"
    )
    return Statement(
        act=SignedAct.SUBMISSION,
        pre_entry_no="202600000000000042",
        version=3,
        nonce=secrets.token_urlsafe(32),
        time=datetime.now(UTC),
        signer=signer,
        content=content.encode(),
    ).write()


def answer(page: httpx.Client, card: Card, asked: bytes, pin: str | None, **more: Any) -> httpx.Response:
    """The answer to a challenge."""
    order = {"card": card["serial"], "challenge": asked.decode(), "pin": pin}
    return page.post("/v1/challenge", json=order | more)


def show(page: httpx.Client, raw: bytes) -> httpx.Response:
    return page.post("/v1/statement", json={"statement": base64.b64encode(raw).decode()})


def order(page: httpx.Client, card: Card, raw: bytes, pin: str) -> dict[str, Any]:
    """Orders the signature of a statement that was shown."""
    shown = show(page, raw)
    assert shown.status_code == 200, shown.text
    statement = base64.b64encode(raw).decode()
    return {"card": card["serial"], "statement": statement, "pin": pin, "sha256": shown.json()["sha256"]}


def sign(page: httpx.Client, card: Card, raw: bytes, pin: str, **more: Any) -> httpx.Response:
    """Shown, then signed."""
    return page.post("/v1/signature", json=order(page, card, raw, pin) | more)


def judged_login(answered: httpx.Response, asked: bytes, trust: Trust) -> Verified:
    assert answered.status_code == 200, answered.text
    given = answered.json()
    signature = given["jws"] if "jws" in given else base64.b64decode(given["cms"])
    return verify_login(signature, asked, at=datetime.now(UTC), trust=trust)


def judged_data(answered: httpx.Response, raw: bytes, trust: Trust, signer: str) -> Verified:
    assert answered.status_code == 200, answered.text
    cms = base64.b64decode(answered.json()["cms"])
    return verify_data(cms, raw, signer=signer, at=datetime.now(UTC), trust=trust)


def code_of(refused: httpx.Response) -> str:
    """The refusal's code; its text is Chinese and has a remedy."""
    assert refused.status_code >= 400, refused.text
    document = refused.json()
    (error,) = document["errors"]
    assert error["message"]
    assert error["remedy"]
    return str(document["code"])
