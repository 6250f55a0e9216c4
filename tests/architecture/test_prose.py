"""Plain words: see docs/style.md and `tests.architecture.prose`."""

import pytest

from tests.architecture.prose import FOLDERS, faults, of_docstring

#: Folders that are not written plainly yet; the list only ever gets shorter.
NOT_YET = frozenset(FOLDERS) - {
    "README.md",
    "README.zh-CN.md",
    "activities",
    "api",
    "domain",
    "states",
    "web/src",
    "workflows",
    "bench",
    "card_agent",
    "cli",
    "customs",
    "db",
    "docs",
    "findings",
    "identity",
    "runtime",
    "signing",
    "simulator",
    "tests",
}


@pytest.mark.parametrize("folder", [each for each in FOLDERS if each not in NOT_YET])
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
