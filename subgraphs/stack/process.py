"""A child process of the stack: its output relayed, its end noticed, its life ended in order."""

import asyncio
import contextlib
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence

KEPT_LINES = 20

Relay = Callable[[str, str], None]
"""Takes a process's name and a line that it wrote."""


class ChildProcess:
    """A named process in a session of its own, so that Ctrl-C reaches it through us alone."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, relay: Relay) -> None:
        self.name = name
        self.last_lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._process = process
        self._relaying = asyncio.create_task(self._relay(relay))

    @classmethod
    async def start(
        cls, name: str, command: Sequence[str], environment: Mapping[str, str], relay: Relay
    ) -> "ChildProcess":
        """Start it."""
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(name, process, relay)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Until it ends; all that it wrote is relayed by then."""
        code = await self._process.wait()
        await asyncio.shield(self._relaying)  # who stops waiting must not stop the relay
        return code

    async def stop(self, patience: float) -> None:
        """Ask it to end, and end it after ``patience`` seconds."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
        await self.wait()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # it ended in the meantime
            self._process.send_signal(number)

    async def _relay(self, relay: Relay) -> None:
        output = self._process.stdout
        assert output is not None
        async for raw in output:
            line = raw.decode(errors="replace").rstrip()
            self.last_lines.append(line)
            relay(self.name, line)
