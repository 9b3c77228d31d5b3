"""`make bench`: every measurement, or one of them by name."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks import composition as composition_benchmark
from benchmarks import gateways as gateways_benchmark
from benchmarks import planning as planning_benchmark
from benchmarks import subgraphs as subgraphs_benchmark
from benchmarks.table import machine

GRAPHS = click.option(
    "--graphs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of more graphs: a subfolder each, with *.graphql and queries.json.",
)


@click.group(invoke_without_command=True)
@GRAPHS
@click.pass_context
def benchmarks(context: click.Context, graphs: Path | None) -> None:
    """Measure the router and the subgraphs' kit; without a name, everything."""
    print(machine(), flush=True)
    if context.invoked_subcommand is None:
        print("Four measurements, about 10 minutes on a quiet machine, 7 of them for the gateways.")
        context.invoke(subgraphs)
        context.invoke(composition, graphs=graphs)
        context.invoke(planning, graphs=graphs)
        context.invoke(gateways)


@benchmarks.command()
@click.option("--only", multiple=True, help="Measure this gateway; may be repeated.")
@click.option("--rounds", default=3, show_default=True, help="Rounds; medians are printed.")
@click.option("--seconds", default=4.0, show_default=True, help="Seconds of load each.")
def gateways(only: tuple[str, ...], rounds: int, seconds: float) -> None:
    """This router beside Apollo Gateway, Hive Gateway and Grafbase."""
    gateways_benchmark.run(only, rounds, seconds)


@benchmarks.command()
@GRAPHS
@click.option("--rounds", default=4, show_default=True, help="Runs of each; the best counts.")
def composition(graphs: Path | None, rounds: int) -> None:
    """This composer beside @apollo/composition, on graphs of 50 and 100 subgraphs."""
    composition_benchmark.run(rounds, graphs)


@benchmarks.command()
@GRAPHS
@click.option("--rounds", default=3, show_default=True, help="Planners of each; medians count.")
def planning(graphs: Path | None, rounds: int) -> None:
    """This planner beside @apollo/query-planner, on the same graphs."""
    planning_benchmark.run(rounds, graphs)


@benchmarks.command()
@click.option("--rounds", default=5, show_default=True, help="Rounds; medians are printed.")
def subgraphs(rounds: int) -> None:
    """What the kit gains a subgraph over plain Strawberry on FastAPI."""
    subgraphs_benchmark.run(rounds)


if __name__ == "__main__":
    benchmarks()
