"""``python -m subgraphs.stack``: the clinic's commands, without those of the router."""

import click

from subgraphs.seed.commands import prepare, seed
from subgraphs.stack.commands import service, stack
from subgraphs.stack.ready import ready

if __name__ == "__main__":
    click.Group("subgraphs.stack", commands=[prepare, ready, seed, service, stack])()
