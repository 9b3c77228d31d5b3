"""Free ports for servers that are told which to take."""

import os
import socket


def free_ports(count: int) -> int:
    """The first of so many free ports in a row.

    Each worker has a thousand of its own, because they are free until somebody listens; all are
    below those that the system gives to connections.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = 20_000 + worker % 12 * 1_000
    for first in range(own, own + 1_000, count):
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no free ports")
