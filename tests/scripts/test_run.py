"""Starting Sanku: the port is really free."""

import os
import socket
from collections.abc import Iterator

import pytest

from scripts.run import HOST, CannotRun, refuse_taken_port


@pytest.fixture
def shared_listener() -> Iterator[socket.socket]:
    """Give a listener that lets others share its port, as granian does."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((HOST, 0))
        listener.listen()
        yield listener


def test_port_of_a_sharing_server_is_refused_and_its_process_named(shared_listener: socket.socket) -> None:
    """Without this a second Sanku would silently get half of the first one's requests."""
    port = shared_listener.getsockname()[1]
    with pytest.raises(CannotRun, match=rf"Port {port} is taken by process {os.getpid()}\b") as problem:
        refuse_taken_port(port)
    assert f"make run PORT={port + 1}" in str(problem.value)


def test_port_on_all_addresses_is_refused() -> None:
    """A listener on 0.0.0.0 has the port of 127.0.0.1 too."""
    with socket.socket() as everywhere:
        everywhere.bind(("0.0.0.0", 0))
        everywhere.listen()
        with pytest.raises(CannotRun):
            refuse_taken_port(everywhere.getsockname()[1])


def test_port_is_free_again_right_after_a_connection_was_closed(shared_listener: socket.socket) -> None:
    """A second start comes while connections of the first still linger in the kernel."""
    port = shared_listener.getsockname()[1]
    with socket.create_connection((HOST, port)):
        accepted, _ = shared_listener.accept()
        accepted.close()
    shared_listener.close()
    refuse_taken_port(port)
