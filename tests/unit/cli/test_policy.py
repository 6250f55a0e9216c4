from datetime import timedelta
from pathlib import Path

import pytest

from cli.demo.telling import POLICY
from cli.up.policy import write_policy
from runtime.policy import PolicyError, load


def test_without_a_file_the_rules_are_the_manuals_and_nothing_is_signed(tmp_path: Path) -> None:
    write_policy(None, tmp_path / "policy.toml")
    written = load(tmp_path / "policy.toml")
    assert written.signature.required == "never"
    assert written.model_copy(update={"signature": load(None).signature}) == load(None)


def test_what_a_file_says_is_kept_whatever_its_type(tmp_path: Path) -> None:
    write_policy(POLICY, tmp_path / "policy.toml")
    written = load(tmp_path / "policy.toml")
    assert written.feedback == load(POLICY).feedback
    assert written.window == load(POLICY).window
    assert not written.cutoff.enforce
    assert written.feedback.period == timedelta(seconds=20)
    assert written.signature.required == "never"


def test_a_file_may_ask_for_signatures(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.toml"
    chosen.write_text('[signature]\nrequired = "card_sessions"\n')
    write_policy(chosen, tmp_path / "policy.toml")
    assert load(tmp_path / "policy.toml").signature.required == "card_sessions"


def test_an_unknown_key_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.toml"
    chosen.write_text("[cutoff]\nenforced = false\n")
    with pytest.raises(PolicyError, match=r"cutoff\.enforced"):
        write_policy(chosen, tmp_path / "policy.toml")
    assert not (tmp_path / "policy.toml").exists()
