"""``python -m subgraphs.stack``: the clinic's commands, without those of the router."""

import click

from subgraphs.seed.commands import seed
from subgraphs.stack.commands import service, stack

if __name__ == "__main__":
    click.Group("subgraphs.stack", commands=[seed, service, stack])()
