"""One service in this process, the way that uvicorn starts it: also again, when a file changed."""

import os
from importlib import import_module
from typing import Any

import uvicorn

from subgraphs.kit.logs import configure_logs
from subgraphs.stack.services import SERVICES

_VARIABLE = "SGM_SERVICE"
SHUTDOWN_SECONDS = 3
# Longer than any caller keeps an idle connection: else one could send on it while we close it, and
# a question would look like one that nobody answers.
KEEP_ALIVE_SECONDS = 75


def make_app() -> Any:
    """The app of the service that ``run`` named, with its logs in order."""
    [service] = [service for service in SERVICES if service.name == os.environ[_VARIABLE]]
    configure_logs(service.name, os.environ.get("LOG_LEVEL", "info"))
    module, _, name = service.app.partition(":")
    return getattr(import_module(module), name)


def run(service: str, host: str, port: int, *, reload: bool) -> None:
    """Serve until a signal comes."""
    os.environ[_VARIABLE] = service
    uvicorn.run(
        f"{__name__}:make_app",
        factory=True,
        host=host,
        port=port,
        reload=reload,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
