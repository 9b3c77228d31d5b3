"""`sgm serve`: a supergraph file served by itself."""

from __future__ import annotations

from pathlib import Path

import click
import structlog
import uvicorn

from router.errors import RouterError
from router.server.app import RouterApp
from router.server.memory import settle_memory
from router.server.router import Router
from router.server.settings import Settings
from router.server.supergraph_source import SupergraphFile


def app_of(supergraph: Path, settings: Settings) -> RouterApp:
    """The app that serves a supergraph file and follows its changes. Raises `RouterError`."""
    router = Router.from_file(supergraph, options=settings.gateway_options())
    _warn_of_strangers(router, settings)
    file = SupergraphFile(supergraph, router, settings.reload_seconds, on_reload=settle_memory)
    return RouterApp(
        router, playground=settings.playground, on_startup=file.start, on_shutdown=file.stop
    )


def _warn_of_strangers(router: Router, settings: Settings) -> None:
    """Warn of settings for subgraphs that are not there: of a misspelt one, none would count."""
    known = {each.name for each in router.supergraph.subgraphs.values()}
    strangers = sorted(settings.subgraphs.keys() - known)
    if strangers:
        structlog.get_logger("router").warning(
            "there are settings for subgraphs that the supergraph does not have",
            named=strangers,
            known=sorted(known),
        )


def run(supergraph: Path, settings: Settings, host: str, port: int) -> None:
    """Serve until stopped. Raises `RouterError` where the supergraph or a setting is wrong."""
    app = app_of(supergraph, settings)
    settle_memory()
    click.echo(f"The router answers at http://{host}:{port}/graphql", err=True)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        log_level="warning",
        # Longer than load balancers keep an idle connection, so that none sends on one we close.
        timeout_keep_alive=75,
    )


@click.command()
@click.option(
    "--supergraph",
    required=True,
    type=click.Path(path_type=Path),
    help="The supergraph SDL to serve; a change to the file is served at once.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=4000, show_default=True, help="The port to listen on.")
@click.option("--config", type=click.Path(path_type=Path), help="Settings, such as router.yaml.")
def serve(supergraph: Path, host: str, port: int, config: Path | None) -> None:
    """Serve a supergraph file over HTTP."""
    try:
        settings = Settings.load(config)
        run(supergraph, settings, host, port)
    except RouterError as error:
        raise click.ClickException(str(error)) from error
