"""`sgm token` and `sgm keys`: the local issuer's tokens, and its key pair."""

from datetime import timedelta
from pathlib import Path

import click
from pydantic import ValidationError

from subgraphs.kit.auth.keys import UnusableKeys, key_in
from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer


@click.command(epilog='Example: curl -H "Authorization: Bearer $(sgm token --role reception)" …')
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What the holder is; the role decides the scopes.",
)
@click.option("--subject", help="Who the holder is; by default one named after the role.")
@click.option("--practitioner", metavar="ID", help="The practitioner that the account is of.")
@click.option("--patient", metavar="ID", help="The patient that the account is of.")
@click.option(
    "--minutes",
    type=click.IntRange(1, 60 * 24 * 30),
    default=60,
    show_default=True,
    help="How long it counts.",
)
def token(
    role: str, subject: str | None, practitioner: str | None, patient: str | None, minutes: int
) -> None:
    """Print an access token of the local issuer.

    The issuer's key pair is made on first use in var/identity; JWT_PRIVATE_KEY names another.
    """
    if role == Role.PATIENT.value and not patient:
        raise click.UsageError("A patient's token needs --patient ID.")
    holder = Holder(subject or f"development:{role}", Role(role), practitioner, patient)
    try:
        issued = Issuer(IdentitySettings()).issue(holder, timedelta(minutes=minutes))
    except (ValidationError, UnusableKeys) as error:
        raise click.ClickException(str(error)) from error
    click.echo(issued)


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/identity"),
    show_default=True,
    help="Where the pair lies.",
)
def keys(folder: Path) -> None:
    """Make the local issuer's key pair, where there is none, and print its public key's name."""
    click.echo(key_in(folder).id)
