"""The chapter on composition is true: its files written, its commands run, its answers compared.

`--update-golden` writes the answers anew.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "composition.md"
BLOCK = re.compile(r"(?P<before>[^\n]*\n)\n```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.DOTALL)
FILE = re.compile(r"`(\w+\.(?:py|yaml))`")
PORTS = ("5100", "5101", "5102")
START_SECONDS = 30.0


class Desk:
    """The empty directory and the shell of someone who follows the chapter."""

    def __init__(self, directory: Path, ports: dict[str, str]) -> None:
        self.directory = directory
        self._ports = ports
        programs = directory.parent / "bin"
        programs.mkdir()
        sgm = programs / "sgm"
        sgm.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m router "$@"\n', encoding="utf-8")
        sgm.chmod(0o755)
        self._environment = {
            "PATH": os.pathsep.join(
                [str(programs), str(Path(sys.executable).parent), os.environ["PATH"]]
            ),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "100",
            "LANG": "C.UTF-8",
        }

    def write(self, name: str, text: str) -> None:
        (self.directory / name).write_text(self._with_free_ports(text), encoding="utf-8")

    def run(self, commands: list[str]) -> list[str]:
        """Run commands in one shell, and give what each printed."""
        script = "\n".join(f"{c}\nstatus=$?; printf '\\0'; (exit $status)" for c in commands)
        done = subprocess.run(
            ["bash", "-c", self._with_free_ports(script)],
            cwd=self.directory,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return [self._as_printed(output) for output in done.stdout.split("\0")[:-1]]

    @contextmanager
    def running(self, command: str) -> Iterator[None]:
        """Run a server until the chapter ends."""
        command = self._with_free_ports(command)
        (port,) = re.findall(r"--port (\d+)", command)
        server = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.directory,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._wait_for(int(port), server)
            yield
        finally:
            server.terminate()
            server.wait(timeout=START_SECONDS)

    @staticmethod
    def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < deadline:
            with closing(socket.socket()) as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        pytest.fail(f"Nothing listens at port {port}.")

    def _with_free_ports(self, text: str) -> str:
        for written, free in self._ports.items():
            text = text.replace(written, free)
        return text

    def _as_printed(self, text: str) -> str:
        for written, free in self._ports.items():
            text = text.replace(free, written)
        return text


def free_ports() -> list[str]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in PORTS]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [str(one.getsockname()[1]) for one in sockets]


def follow(text: str, desk: Desk, servers: ExitStack) -> str:
    """Do what the chapter says, and give the chapter with the answers that came."""

    def answered(block: re.Match[str]) -> str:
        names = FILE.findall(block["before"])
        if block["kind"] == "console":
            start, end = block.span("body")
            body = console(block["body"], desk, servers)
            return text[block.start() : start] + body + text[end : block.end()]
        if names:
            desk.write(names[-1], block["body"])
        return block[0]

    return BLOCK.sub(answered, text)


def console(body: str, desk: Desk, servers: ExitStack) -> str:
    commands = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
    in_front = [command for command in commands if not command.endswith(" &")]
    for command in commands:
        if command.endswith(" &"):
            servers.enter_context(desk.running(command.removesuffix(" &")))
    outputs = iter(desk.run(in_front))
    answered = []
    for command in commands:
        output = "" if command.endswith(" &") else next(outputs)
        answered.append(f"$ {command}\n{output}{'' if output[-1:] in ('', chr(10)) else chr(10)}")
    return "".join(answered)


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="needs a shell")
def test_what_the_chapter_says_is_what_happens(tmp_path: Path, update_golden: bool) -> None:
    directory = tmp_path / "bookshop"
    directory.mkdir()
    desk = Desk(directory, dict(zip(PORTS, free_ports(), strict=True)))
    text = GUIDE.read_text(encoding="utf-8")

    with ExitStack() as servers:
        followed = follow(text, desk, servers)

    if update_golden:
        GUIDE.write_text(followed, encoding="utf-8")
    assert followed == text or update_golden
