"""The supergraph file, watched: a change is served from the moment it is known to be good."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import structlog

from router.errors import RouterError
from router.gateway import Gateway
from router.gateway.gateway import read_supergraph_file
from router.server.delegation import warn_of_delegation


class SupergraphFile:
    """Reloads a gateway when its file changes, looking every `seconds`."""

    def __init__(
        self,
        path: Path,
        gateway: Gateway,
        seconds: float,
        on_reload: Callable[[], None] | None = None,
    ) -> None:
        self._on_reload = on_reload
        self._path = path
        self._gateway = gateway
        self._seconds = seconds
        self._seen = self._state()
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("router")

    async def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Watch no longer."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            state = self._state()
            if state is not None and state != self._seen:
                self._seen = state
                await self._reload()

    async def _reload(self) -> None:
        delegated = self._gateway.delegated
        try:
            await self._gateway.reload(read_supergraph_file(self._path))
        except RouterError as error:
            # The one that is served stays; whoever wrote the file will write it again.
            self._log.error("supergraph not reloaded", file=str(self._path), reason=str(error))
        except Exception:
            # A fault of ours, which must not end the watch: the next file may be read again.
            self._log.exception("supergraph not reloaded", file=str(self._path))
        else:
            self._log.info("supergraph reloaded", file=str(self._path))
            if self._gateway.delegated != delegated:
                warn_of_delegation(self._gateway)
            if self._on_reload is not None:
                self._on_reload()

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
