"""Two processes that work in turn on one core; each is asked by a line of JSON and answers so."""

from __future__ import annotations

import json
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from benchmarks.contestants import BUILD, PEERS

PATIENCE_SECONDS = 180.0


class Worker:
    """A process that composes or plans on demand."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        # The log is a file: a pipe that nobody reads would stop the process.
        self._log = BUILD / f"{name}-worker.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*pinned(0), *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
            )

    def ask(self, **question: object) -> Any:
        """Ask, and wait for the answer; a worker that fails or hangs ends the benchmark."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE_SECONDS)
        line = self._process.stdout.readline() if ready else b""
        if not line:
            raise SystemExit(f"{self.name} did not answer. Its log is {self._log}.")
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def pinned(core: int) -> list[str]:
    """The beginning of a command that runs on one core; empty where there is no taskset."""
    return ["taskset", "-c", str(core)] if shutil.which("taskset") else []


@contextmanager
def contestants() -> Iterator[Mapping[str, Worker]]:
    """This project and the reference, a process each."""
    commands = {
        "sgm": [sys.executable, "-m", "benchmarks.sgm_worker"],
        "reference": ["node", str(PEERS / "reference.mjs")],
    }
    with ExitStack() as stack:
        workers = {}
        for name, command in commands.items():
            workers[name] = Worker(name, command)
            stack.callback(workers[name].close)
        yield workers
