"""Who must sign: what each of the three policies says to keys, to passwords and to cards."""

from typing import Literal

import pytest

from api.http.problems import Refusal
from api.signing import SignatureBody, decoded, demand
from domain.actor import ActorKind
from domain.policy import Policy, SignaturePolicy
from identity.principal import BrowserSession, Principal, Scope

GIVEN = SignatureBody(nonce="n" * 43, cms="AAAA")
SESSIONS = {
    "key": None,
    "password": BrowserSession("hash", "csrf"),
    "card": BrowserSession("hash", "csrf", card="1a"),
}


@pytest.mark.parametrize(
    ("required", "who", "signed", "passes"),
    [
        ("never", "key", False, True),
        ("never", "password", False, True),
        ("never", "card", False, True),
        ("never", "password", True, True),
        ("card_sessions", "key", False, True),
        ("card_sessions", "key", True, True),
        ("card_sessions", "password", False, False),
        ("card_sessions", "password", True, False),
        ("card_sessions", "card", False, False),
        ("card_sessions", "card", True, True),
        ("always", "key", False, False),
        ("always", "key", True, True),
        ("always", "password", False, False),
        ("always", "card", False, False),
        ("always", "card", True, True),
    ],
)
def test_who_must_sign(
    required: Literal["never", "card_sessions", "always"], who: str, signed: bool, passes: bool
) -> None:
    policy = Policy(signature=SignaturePolicy(required=required))
    scopes = frozenset({Scope.APPOINTMENTS})
    principal = Principal(ActorKind.ENTERPRISE, "x", "3122260001", scopes, SESSIONS[who])
    if passes:
        demand(policy, principal, GIVEN if signed else None)
        return
    with pytest.raises(Refusal) as refused:
        demand(policy, principal, GIVEN if signed else None)
    assert refused.value.code == "signature.required"


@pytest.mark.parametrize("text", ["签名", "AAA", "AA==\n", "A A=", "-_-_"])
def test_what_is_no_base64_is_malformed(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        decoded(text)
    assert refused.value.code == "signature.malformed"
