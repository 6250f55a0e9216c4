"""Full collections are put off while many objects are made, and young garbage is still collected."""

import gc
from collections.abc import Iterator

import pytest

from runtime.garbage import without_full_collections


@pytest.fixture
def few() -> Iterator[tuple[int, int, int]]:
    """Thresholds by which a few thousand new objects are enough for a full collection."""
    before = gc.get_threshold()
    gc.freeze()  # or a full collection would wait for a quarter of all objects of the tests
    gc.collect()
    gc.set_threshold(100, 2, 2)
    yield 100, 2, 2
    gc.set_threshold(*before)
    gc.unfreeze()


def collected(count: int = 20_000) -> set[int]:
    """Returns the generations that are collected while so many objects are made and kept."""
    seen: set[int] = set()

    def note(_: str, info: dict[str, int]) -> None:
        seen.add(info["generation"])

    gc.callbacks.append(note)
    kept = [[number] for number in range(count)]
    gc.callbacks.remove(note)
    assert len(kept) == count
    return seen


def test_only_young_objects_are_looked_at_in_a_block_and_all_again_after_the_last(few: tuple[int, int, int]) -> None:
    assert collected() == {0, 1, 2}
    with without_full_collections():
        with without_full_collections():
            pass
        assert collected() == {0, 1}
    assert gc.get_threshold() == few
    assert collected() == {0, 1, 2}


def test_a_block_that_fails_ends_too(few: tuple[int, int, int]) -> None:
    with pytest.raises(LookupError), without_full_collections():
        raise LookupError
    assert gc.get_threshold() == few
