"""`make bench`: every measurement, or one of them by name."""

from __future__ import annotations

import click

from benchmarks import composition as composition_benchmark
from benchmarks import gateways as gateways_benchmark


@click.group(invoke_without_command=True)
@click.pass_context
def benchmarks(context: click.Context) -> None:
    """Measure the router; without a name, everything."""
    if context.invoked_subcommand is None:
        context.invoke(composition)
        context.invoke(gateways)


@benchmarks.command()
@click.option("--only", multiple=True, help="Measure this gateway; may be repeated.")
@click.option("--rounds", default=3, show_default=True, help="Rounds; medians are printed.")
@click.option("--seconds", default=4.0, show_default=True, help="Seconds of load each.")
def gateways(only: tuple[str, ...], rounds: int, seconds: float) -> None:
    """This router beside Apollo Gateway, Hive Gateway and Grafbase."""
    gateways_benchmark.run(only, rounds, seconds)


@benchmarks.command()
@click.option("--rounds", default=3, show_default=True, help="Runs of each; the best counts.")
def composition(rounds: int) -> None:
    """This composer beside @apollo/composition, on graphs of 50 and 100 subgraphs."""
    composition_benchmark.run(rounds)


if __name__ == "__main__":
    benchmarks()
