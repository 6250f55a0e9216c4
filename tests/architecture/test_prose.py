"""Plain words: see docs/style.md and `tests.architecture.prose`."""

import pytest

from tests.architecture.prose import FOLDERS, faults, of_docstring


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_is_written_in_plain_words(folder: str) -> None:
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("docstring", "wrong"),
    [
        ("What customs answered.", True),
        ("Whether the version is current.", True),
        ("The answer of customs, decrypted. ``SealError``.", True),
        ("The window.", True),
        ("True if `version` is current.", False),
        ("Returns the answer of customs. Raises ``SealError`` when the key is unknown.", False),
    ],
)
def test_the_rules_tell_riddles_from_plain_words(docstring: str, wrong: bool) -> None:
    assert bool(list(of_docstring(docstring))) is wrong
