"""The console program `sgm`: its commands, and those that other packages add."""

from router.cli.program import Program

COMMANDS = {
    "compose": "router.cli.compose:compose",
    "explain": "router.cli.explain:explain",
    "explain-code": "router.cli.explain_code:explain_code",
    "inspect": "router.cli.inspect:inspect",
    "introspect": "router.cli.introspect:introspect",
    "plan": "router.cli.plan:plan",
    "serve": "router.server.command:serve",
}

program = Program(
    COMMANDS,
    name="sgm",
    help="Compose, plan and serve federated GraphQL graphs.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run `sgm`."""
    program(prog_name="sgm")


if __name__ == "__main__":
    main()
