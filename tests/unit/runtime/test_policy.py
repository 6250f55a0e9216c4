from datetime import timedelta
from pathlib import Path

import pytest

from domain.policy import CutoffPolicy, Policy, SignaturePolicy
from runtime.policy import PolicyError, check, load


def test_without_a_file_the_manuals_readings_count() -> None:
    assert load(None) == Policy()


def test_what_the_file_says_replaces_the_default_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text('[feedback]\nreading = "exact_hours"\nperiod = "PT20S"\n')
    policy = load(file)
    assert policy.feedback.period == timedelta(seconds=20)
    assert policy.feedback.max_declarations == 50
    assert policy.cutoff == Policy().cutoff


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[cutof]\nenforce = false\n", "unknown key cutof"),
        ("[cutoff]\nenforced = false\n", "unknown key cutoff.enforced"),
        ("[window]\nstep_minutes = -1\n", "window.step_minutes"),
        ("[cutoff]\nsame_general = 'PT0S'\n", "cutoff.same_general"),
        ("[feedback]\nperiod = 'PT20S'\n", "whole days"),
        ("[window\n", "policy.toml"),
    ],
)
def test_a_wrong_file_is_refused_by_name_and_key(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(text)
    with pytest.raises(PolicyError) as refused:
        load(file)
    assert told in str(refused.value)
    assert "policy.toml" in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"none\.toml"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "policy",
    [Policy(cutoff=CutoffPolicy(enforce=False)), Policy(signature=SignaturePolicy(required="never"))],
)
def test_what_only_the_sandbox_may_do(policy: Policy) -> None:
    check(policy, sandbox=True, trusting=False)
    with pytest.raises(PolicyError, match="sandbox only"):
        check(policy, sandbox=False, trusting=True)


def test_signatures_are_not_demanded_where_no_card_is_trusted() -> None:
    always = Policy(signature=SignaturePolicy(required="always"))
    with pytest.raises(PolicyError, match="YUYUE_TRUST_DIR"):
        check(always, sandbox=True, trusting=False)
    check(always, sandbox=False, trusting=True)
