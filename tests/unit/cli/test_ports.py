import os
import socket

import pytest

from cli.up.ports import HOST, PortInUse, PortNumbers, free_base, is_free


def test_all_ports_move_with_the_base() -> None:
    assert PortNumbers.at(9000) == PortNumbers(
        api=9000, temporal=9001, temporal_ui=9002, simulator=9003, card_agent=9004
    )


def test_a_port_somebody_listens_on_is_refused_with_its_holder() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortInUse, match=rf"port {port} is in use by pid {os.getpid()} "):
            PortNumbers.at(port).demand_free()


def test_base_zero_picks_a_base_with_five_free_ports() -> None:
    assert all(is_free(port) for port in PortNumbers.at(0))


def test_a_base_with_one_port_taken_is_passed_over() -> None:
    with socket.create_server((HOST, 0)) as listener:
        taken = listener.getsockname()[1]
        free = free_base(range(20000, 20100, 5))
        assert {free_base([taken - 4, free]) for _ in range(20)} == {free}
