import json
import stat
from pathlib import Path

import pytest

from cli.up.environment import Environment
from cli.up.ports import PortNumbers
from cli.up.secrets import DEMO_KEYS, Secrets
from runtime.layout import Layout
from runtime.sealing import Sealer
from runtime.settings import Settings


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "data")
    layout.prepare()
    return layout


def test_secrets_are_made_once_and_for_their_owner_only(layout: Layout) -> None:
    first = Secrets.of(layout)
    assert Secrets.of(layout) == first
    assert set(first.demo_keys) == set(DEMO_KEYS)
    for file in (layout.secrets, layout.keys):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(layout.root.stat().st_mode) == 0o700


def test_two_data_dirs_share_no_secret(layout: Layout, tmp_path: Path) -> None:
    other = Layout(tmp_path / "other")
    other.prepare()
    one, two = Secrets.of(layout), Secrets.of(other)
    assert one.seal_keys != two.seal_keys
    assert one.fingerprint_key != two.fingerprint_key
    assert not set(one.demo_keys.values()) & set(two.demo_keys.values())


def test_a_key_added_later_leaves_the_others_alone(layout: Layout) -> None:
    before = Secrets.of(layout).demo_keys
    layout.keys.write_text(json.dumps({name: key for name, key in before.items() if name != "customs"}))
    after = Secrets.of(layout).demo_keys
    assert {name for name in DEMO_KEYS if after[name] != before[name]} == {"customs"}


def test_the_settings_of_a_stack_are_settings(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = Environment(layout, PortNumbers.at(9000), Secrets.of(layout))
    layout.policy.write_text('[signature]\nrequired = "never"\n')
    for name, value in environment.settings().items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.sandbox
    assert settings.database_url == f"sqlite:///{layout.root}/yuyue.db"
    assert settings.customs_url == "http://127.0.0.1:9003"
    assert settings.policy().signature.required == "never"
    token = Sealer.of(settings).seal("王小明", context="1/contact_name")
    assert Sealer.of(settings).open(token, context="1/contact_name") == "王小明"


def test_variables_of_another_system_do_not_reach_the_parts(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUYUE_DATABASE_URL", "postgresql://production/yuyue")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "production")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    environment = Environment(layout, PortNumbers.at(9000), Secrets.of(layout))
    assert "production" not in str(environment.for_ours()) + str(environment.for_simulator())
    assert environment.for_simulator()["TZ"] == "Asia/Shanghai"
    assert environment.secrets.seal_keys not in environment.for_simulator().values()
