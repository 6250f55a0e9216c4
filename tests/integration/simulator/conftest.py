"""One office per module, wiped before each test; and a receiver it pushes receipts to."""

from collections.abc import Iterator

import pytest

from tests.integration.simulator.process import OfficeProcess
from tests.integration.simulator.receiver import Receiver


@pytest.fixture(scope="module")
def shared_receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def shared_office(shared_receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeProcess]:
    office = OfficeProcess(shared_receiver.url, tmp_path_factory.mktemp("office") / "office.sqlite3")
    yield office
    office.close()


@pytest.fixture
def office(shared_office: OfficeProcess) -> OfficeProcess:
    """Freshly reset, answering at once."""
    shared_office.control("reset")
    shared_office.scenario("auto")
    return shared_office


@pytest.fixture
def receiver(shared_receiver: Receiver, office: OfficeProcess) -> Receiver:
    """An empty receiver: a post of our own has overtaken what an earlier test had on its way."""
    shared_receiver.clear()
    assert office.http.post("/control/send-raw", content=b"last").json()["status"] == 202
    shared_receiver.clear()
    return shared_receiver
