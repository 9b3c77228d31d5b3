"""The console program `sgm`: the commands of the command line, and `serve` of the server."""

from router.cli.program import program
from router.server.command import serve


def main() -> None:
    """Run `sgm`."""
    program.add_command(serve)
    program()


if __name__ == "__main__":
    main()
