"""``sgm ready``, for health checks of containers: started often, it imports next to nothing."""

import urllib.error
import urllib.request

import click

_TIMEOUT_SECONDS = 2
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@click.command()
@click.argument("url")
def ready(url: str) -> None:
    """Tell by the exit code whether URL answers 200: for health checks of containers."""
    if not url.startswith(("http://", "https://")):
        raise click.ClickException(f"{url} is no web address.")
    try:
        with _DIRECT.open(url, timeout=_TIMEOUT_SECONDS) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        error.close()
        raise click.ClickException(f"{url} answers {error.code}.") from error
    except OSError as error:
        raise click.ClickException(f"{url} does not answer: {type(error).__name__}.") from error
    if status != 200:
        raise click.ClickException(f"{url} answers {status}.")
