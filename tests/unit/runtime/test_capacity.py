"""A worker keeps as many appointments in memory as its share has room for, and never fewer than the SDK would."""

from pathlib import Path

import psutil
import pytest

from runtime import capacity

MIB = 1024**2


@pytest.mark.parametrize(
    ("memory", "kept"),
    [(512 * MIB, 1_000), (2_048 * MIB, 1_342), (16_384 * MIB, 10_737), (0, 1_000)],
)
def test_a_quarter_of_the_memory_holds_appointments_of_400_kilobytes(memory: int, kept: int) -> None:
    assert capacity.cached_workflows(memory) == kept


@pytest.mark.parametrize(("limit", "counts"), [("1073741824\n", 1_073_741_824), ("max\n", None), ("9" * 25, None)])
def test_a_container_has_the_memory_of_its_limit(
    limit: str, counts: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memory.max").write_text(limit)
    monkeypatch.setattr(capacity, "_CONTAINER", tmp_path / "memory.max")
    assert capacity.memory() == counts or (counts is None and capacity.memory() == psutil.virtual_memory().total)


def test_a_machine_without_containers_has_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "_CONTAINER", tmp_path / "none")
    assert capacity.memory() == psutil.virtual_memory().total
