from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cards.making import Issuer
from tests.cards.reader import Reader, reader
from tests.integration.card_agent.program import Program, program


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer.create(tmp_path_factory.mktemp("issuer") / "pki")


@pytest.fixture(scope="module")
def slot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A private PC/SC daemon with one reader, empty."""
    with reader(tmp_path_factory.mktemp("reader")) as made:
        yield made


@pytest.fixture(scope="module")
def running(slot: Reader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The card's program at that reader."""
    with program(tmp_path_factory.mktemp("desk"), environment=slot.environment) as made:
        yield made


@pytest.fixture
def empty(slot: Reader) -> Iterator[Reader]:
    """The reader without a card; a card that a test puts in is pulled afterwards."""
    yield slot
    slot.pull()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path
