"""What the doctor says of the trust folder before its certificates and lists end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.pki.authority import Authority
from runtime.health import trust
from signing import anchors

BEGAN = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> anchors.Anchors:
    folder: Path = tmp_path_factory.mktemp("pki") / "authority"
    return anchors.load(Authority.create(folder, BEGAN).trust)


def test_a_fresh_authority_needs_nothing(present: anchors.Anchors) -> None:
    assert list(trust.judge(present, BEGAN)) == []


def test_each_revocation_list_is_named_a_day_before_it_is_due_and_when_it_is_overdue(present: anchors.Anchors) -> None:
    due = {each["tbs_cert_list"]["next_update"].native for each in present.crls}
    first = min(due)
    before = {found.code for found in trust.judge(present, first - timedelta(hours=23))}
    assert before == {"trust.list_ending"}
    overdue = [found for found in trust.judge(present, max(due) + timedelta(seconds=1)) if "list" in found.code]
    assert [found.code for found in overdue] == ["trust.list_overdue"] * len(present.crls)


def test_each_certificate_is_named_a_month_before_its_end(present: anchors.Anchors) -> None:
    ends = [each.not_valid_after for each in (*present.roots, *present.issuers)]
    found = [each.code for each in trust.judge(present, max(ends) - timedelta(days=29))]
    assert found.count("trust.certificate_ending") == len(ends)
