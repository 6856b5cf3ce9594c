import socket

import pytest


def test_no_test_reaches_a_network() -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match="reaches out"):
        outside.connect(("192.0.2.1", 80))
