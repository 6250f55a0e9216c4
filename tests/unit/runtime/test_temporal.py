"""Which servers are sent compressed calls: those that a network lies before."""

import pytest
from temporalio.service import GrpcCompression

from runtime.temporal import compression


@pytest.mark.parametrize("address", ["localhost:7233", "127.0.0.1:7233", "127.3.2.1:7233", "[::1]:7233"])
def test_nothing_is_compressed_on_the_way_to_this_machine(address: str) -> None:
    assert compression(address) is GrpcCompression.NONE


@pytest.mark.parametrize("address", ["temporal:7233", "10.0.0.7:7233", "[fd00::1]:7233", "localhost.example.org:443"])
def test_a_network_is_spared(address: str) -> None:
    assert compression(address) is GrpcCompression.GZIP
