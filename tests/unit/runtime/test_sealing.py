import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from domain.appointment import Appointment, Content, Explanation, Party
from domain.event import Action
from runtime.ciphers import Algorithm
from runtime.sealing import Keyring, KeyringError, Sealer, Tampered, UnknownKey, new_key
from runtime.settings import Settings

NUMBER = "202600000000000001"
FINGERPRINT = new_key()
OLD, NEW = f"old:{new_key()}", f"new:{new_key()}"


def sealer(*keys: str) -> Sealer:
    return Sealer(Keyring.parse(",".join(keys), FINGERPRINT))


@given(st.text())
def test_what_was_sealed_opens_again(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    ring = sealer(NEW)
    token = ring.seal(text, context="n/reason")
    assert ring.open(token, context="n/reason") == text


def test_a_token_tells_its_key_and_nothing_of_the_text() -> None:
    token = sealer(NEW).seal("王小明", context=f"{NUMBER}/contact_name")
    assert token.startswith("sealed:v1:new:")
    assert base64.urlsafe_b64encode("王小明".encode()).decode() not in token


def test_the_first_key_seals_and_every_key_opens() -> None:
    before = sealer(OLD).seal("13800138000", context="n/contact_mobile")
    rotated = sealer(NEW, OLD)
    assert rotated.open(before, context="n/contact_mobile") == "13800138000"
    assert rotated.seal("x", context="n/reason").startswith("sealed:v1:new:")


@pytest.mark.parametrize(("first", "then"), [(Algorithm.AES_256_GCM, Algorithm.SM4_GCM), (Algorithm.SM4_GCM,) * 2])
def test_keys_rotate_between_algorithms(first: Algorithm, then: Algorithm) -> None:
    one, two = f"one:{new_key(first)}", f"two:{new_key(then)}"
    before = sealer(one).seal("王小明", context="n/contact_name")
    rotated = sealer(two, one)
    assert rotated.algorithm is then
    assert rotated.open(before, context="n/contact_name") == "王小明"
    after = rotated.seal("王小明", context="n/contact_name")
    assert sealer(one, two).open(after, context="n/contact_name") == "王小明"


def test_a_token_opens_by_the_algorithm_of_its_key_alone() -> None:
    token = sealer(f"k:{new_key()}").seal("x", context="n/reason")
    with pytest.raises(Tampered):
        sealer(f"k:{new_key(Algorithm.SM4_GCM)}").open(token, context="n/reason")


def test_a_key_that_is_not_in_the_ring_is_named() -> None:
    token = sealer(OLD).seal("x", context="n/reason")
    with pytest.raises(UnknownKey, match="old"):
        sealer(NEW).open(token, context="n/reason")


def test_a_token_moved_to_another_place_does_not_open() -> None:
    ring = sealer(NEW)
    token = ring.seal("x", context=f"{NUMBER}/reason")
    for place in (f"{NUMBER}/note", "202600000000000002/reason"):
        with pytest.raises(Tampered):
            ring.open(token, context=place)


@pytest.mark.parametrize("place", [0, 13, -1])
def test_one_changed_bit_is_noticed(place: int) -> None:
    ring = sealer(NEW)
    prefix, encoded = ring.seal("some text", context="n/reason").rsplit(":", 1)
    sealed = bytearray(base64.urlsafe_b64decode(encoded))
    sealed[place] ^= 1
    with pytest.raises(Tampered):
        ring.open(f"{prefix}:{base64.urlsafe_b64encode(sealed).decode()}", context="n/reason")


@pytest.mark.parametrize(
    "token", ["plain text", "sealed:v1:new:", "sealed:v1:new:AAAA", "sealed:v1:new:§§", "sealed:v1"]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(Tampered):
        sealer(NEW).open(token, context="n/reason")


def test_equal_values_have_equal_fingerprints_whatever_their_order_and_key_rotation() -> None:
    one, other = sealer(NEW), sealer(OLD)
    assert one.fingerprint({"a": 1, "b": "王"}) == other.fingerprint({"b": "王", "a": 1})
    assert one.fingerprint(["submit", {}]) != one.fingerprint(["cancel", {}])


def test_all_personal_fields_of_an_appointment_are_opened_from_where_they_were_sealed() -> None:
    ring = sealer(NEW)
    plain = Content(contact_name="王小明", contact_mobile="13800138000", reason="鲜活", transport_mode="5")
    sealed = ring.seal_content(plain, NUMBER)
    assert sealed.transport_mode == "5"
    assert not {"王小明", "13800138000", "鲜活"} & set(sealed.model_dump().values())

    opened = ring.open_appointment(appointment(ring, sealed))
    assert opened.content == plain
    assert (opened.duty_contact, opened.return_reason) == ("李四 021-1", "资料不全")
    assert opened.explanation is not None
    assert (opened.explanation.text, opened.explanation.refusal_reason) == ("船期延误", "说明不充分")


@pytest.mark.parametrize(
    ("action", "by_receipt", "place"),
    [
        (Action.CANCELLED, False, "cancel_reason"),
        (Action.RELEASED, False, "release_reason"),
        (Action.RELEASED, True, "note"),
        (Action.RETURNED, True, "note"),
    ],
)
def test_the_reason_of_an_event_opens_from_its_own_place(action: Action, by_receipt: bool, place: str) -> None:
    ring = sealer(NEW)
    token = ring.seal("理由", context=f"{NUMBER}/{place}")
    assert ring.open_reason(token, NUMBER, action=action, by_receipt=by_receipt) == "理由"
    assert ring.open_reason(None, NUMBER, action=action, by_receipt=by_receipt) is None


def appointment(ring: Sealer, content: Content) -> Appointment:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return Appointment(
        pre_entry_no=NUMBER,
        version=1,
        applicant=Party(code="3122260002", name="示例报关行"),
        content=content,
        created_at=at,
        updated_at=at,
        explanation=Explanation(
            sent_at=at,
            text=ring.seal("船期延误", context=f"{NUMBER}/explanation"),
            refusal_reason=ring.seal("说明不充分", context=f"{NUMBER}/note"),
        ),
        duty_contact=ring.seal("李四 021-1", context=f"{NUMBER}/duty_contact"),
        return_reason=ring.seal("资料不全", context=f"{NUMBER}/note"),
        policy_version="p",
    )


@pytest.mark.parametrize(
    ("keys", "fingerprint", "told"),
    [
        ("", FINGERPRINT, "none given"),
        ("k1", FINGERPRINT, "not base64|32 bytes"),
        ("k1:AAAA", FINGERPRINT, "32 bytes are needed, 3 were given"),
        ("k1:%%%", FINGERPRINT, "not base64"),
        (f"k 1:{new_key()}", FINGERPRINT, "base64|32 bytes"),
        (f"{OLD},{OLD}", FINGERPRINT, "twice"),
        (f"k1:rot13:{new_key()}", FINGERPRINT, "aes-256-gcm, sm4-gcm"),
        (OLD, "AAAA", "fingerprint key: 32 bytes"),
    ],
    ids=[
        "none",
        "no_kid",
        "short",
        "not_base64",
        "blank_in_kid",
        "twice",
        "algorithm",
        "short_fingerprint",
    ],  # the keys are random
)
def test_unusable_keys_are_refused_and_never_shown(keys: str, fingerprint: str, told: str) -> None:
    with pytest.raises(KeyringError, match=told) as refused:
        Keyring.parse(keys, fingerprint)
    assert OLD.partition(":")[2] not in str(refused.value)


def test_the_keys_may_come_from_the_environment_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{OLD}\n")
    token = sealer(OLD).seal("x", context="n/reason")
    settings = Settings(seal_keys=SecretStr(NEW), seal_key_file=file, fingerprint_key=SecretStr(FINGERPRINT))
    ring = Sealer.of(settings)
    assert ring.open(token, context="n/reason") == "x"
    assert ring.seal("x", context="c").startswith("sealed:v1:new:")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(fingerprint_key=SecretStr(FINGERPRINT)), "YUYUE_SEAL_KEYS"),
        (Settings(seal_keys=SecretStr(NEW)), "YUYUE_FINGERPRINT_KEY"),
    ],
)
def test_without_keys_nothing_starts(settings: Settings, told: str) -> None:
    with pytest.raises(KeyringError, match=told):
        Sealer.of(settings)
