"""`sgm compose`: what it prints, where it writes, and the exit codes that scripts rely on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from router.cli.compose import compose

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])\n'
CATALOG = (
    f'{LINK}type Query {{ book: Book }}\ntype Book @key(fields: "id") {{ id: ID! pages: Int }}\n'
)
STOCK = f'{LINK}type Book @key(fields: "id") {{ id: ID! copies: Int }}\n'
CLASHING = f'{LINK}type Book @key(fields: "id") {{ id: ID! pages: Int }}\n'
SPARE = f"{LINK}type Query {{ title: String }}\nenum Genre {{ NOVEL }}\n"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    texts = {"catalog": CATALOG, "stock": STOCK, "clashing": CLASHING, "spare": SPARE}
    for name, text in texts.items():
        (tmp_path / f"{name}.graphql").write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(compose, arguments)


def configure(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"""
        subgraphs:
          catalog:
            routing_url: http://127.0.0.1:1/graphql
            schema: {{ file: {Path.cwd()}/catalog.graphql }}
          stock:
            routing_url: http://127.0.0.1:2/graphql
            schema: {{ file: {Path.cwd()}/stock.graphql }}
        """,
        encoding="utf-8",
    )


def test_the_supergraph_goes_to_standard_output_and_all_else_to_standard_error() -> None:
    result = run("catalog.graphql", "stock.graphql")

    assert result.exit_code == 0
    assert "@join__type" in result.stdout
    assert 'url: "http://stock/graphql"' in result.stdout
    assert result.stderr == "Composed 2 subgraphs: 0 hints.\n"


def test_the_schemas_go_to_the_files_that_are_named() -> None:
    result = run(
        "catalog.graphql", "stock.graphql", "--output", "s.graphql", "--api-output", "a.graphql"
    )

    assert (result.exit_code, result.stdout) == (0, "")
    assert "@join__type" in Path("s.graphql").read_text(encoding="utf-8")
    api = Path("a.graphql").read_text(encoding="utf-8")
    assert "copies: Int" in api
    assert "join__" not in api


def test_a_refusal_is_explained_and_the_old_files_stay() -> None:
    Path("s.graphql").write_text("old", encoding="utf-8")

    result = run("catalog.graphql", "clashing.graphql", "--output", "s.graphql")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "error INVALID_FIELD_SHARING  Book.pages\n" in result.stderr
    assert "  → catalog  catalog.graphql:3:40\n" in result.stderr
    assert "  → clashing  clashing.graphql:2:40\n" in result.stderr
    assert result.stderr.endswith("Refused: 1 error. `sgm explain-code CODE` explains a code.\n")
    assert Path("s.graphql").read_text(encoding="utf-8") == "old"


def test_hints_are_counted_and_shown_on_demand() -> None:
    counted, shown = run("spare.graphql"), run("spare.graphql", "--hints")

    assert counted.stderr == "Composed 1 subgraph: 1 hint (--hints shows them).\n"
    assert shown.stderr.startswith("debug UNUSED_ENUM_TYPE  Genre\n")
    assert shown.stderr.endswith("Composed 1 subgraph: 1 hint.\n")
    assert shown.stdout == counted.stdout


@pytest.mark.parametrize("form", ["json", "github", "sarif"])
def test_a_report_for_programs_is_alone_on_standard_output(form: str) -> None:
    good = run("spare.graphql", "--hints", "--format", form, "--output", "s.graphql")
    bad = run("catalog.graphql", "clashing.graphql", "--format", form)

    assert (good.exit_code, good.stderr) == (0, "")
    assert (bad.exit_code, bad.stderr) == (1, "")
    assert "UNUSED_ENUM_TYPE" in good.stdout
    assert "INVALID_FIELD_SHARING" in bad.stdout
    assert "@join__type" not in good.stdout
    assert Path("s.graphql").exists()
    if form == "github":
        assert bad.stdout.startswith("::error file=catalog.graphql,line=3,col=40,")
    else:
        assert json.loads(good.stdout) != json.loads(bad.stdout)


def test_without_hints_a_report_has_errors_only() -> None:
    report = json.loads(run("spare.graphql", "--format", "json").stdout)

    assert report == {"composed": True, "errors": [], "hints": []}


def test_a_configuration_is_read_where_it_is_expected_or_named() -> None:
    configure(Path("schema/supergraph.yaml"))
    configure(Path("other.yaml"))

    expected, named = run(), run("--config", "other.yaml")

    assert expected.exit_code == named.exit_code == 0
    assert expected.stdout == named.stdout
    assert 'url: "http://127.0.0.1:2/graphql"' in expected.stdout


def test_a_source_replaces_the_subgraph_of_its_name_at_the_same_address() -> None:
    configure(Path("other.yaml"))
    Path("new.graphql").write_text(STOCK.replace("copies", "ordered"), encoding="utf-8")

    result = run("--config", "other.yaml", "stock=new.graphql")

    assert "ordered: Int" in result.stdout
    assert "copies: Int" not in result.stdout
    assert 'url: "http://127.0.0.1:2/graphql"' in result.stdout


def test_a_running_service_that_replaces_a_subgraph_brings_its_address() -> None:
    configure(Path("other.yaml"))

    result = run("--config", "other.yaml", "stock=http://127.0.0.1:1/graphql")

    assert result.exit_code == 2
    assert "http://127.0.0.1:1/graphql did not answer" in result.stderr


def test_a_source_can_join_a_configuration() -> None:
    configure(Path("other.yaml"))

    assert run("--config", "other.yaml", "spare.graphql").stderr.startswith("Composed 3 subgraphs")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "there is no schema/supergraph.yaml here"),
        (("none.graphql",), "none.graphql could not be read"),
        (("--config", "none.yaml"), "none.yaml could not be read"),
        (("catalog.graphql", "--format", "xml"), "'xml' is not one of"),
        (("catalog.graphql", "--output", "none/s.graphql"), "could not be written"),
        (("shop.stock:schema",), "NAME=shop.stock:schema"),
    ],
)
def test_what_cannot_be_used_is_exit_code_2(arguments: tuple[str, ...], reason: str) -> None:
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


def test_a_terminal_sees_progress_and_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    result = run("catalog.graphql", "clashing.graphql")

    assert "Composing 2 subgraphs" in result.stderr
    assert "\x1b[1;31merror INVALID_FIELD_SHARING" in result.stderr


def test_the_program_has_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "router", "compose", "clashing.graphql", "catalog.graphql"],
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "INVALID_FIELD_SHARING" in done.stderr
    assert "\x1b[" not in done.stderr


def test_a_tag_that_is_excluded_is_hidden_from_clients(directory: Path) -> None:
    link = LINK.replace('"@key"', '"@key", "@tag"')
    sdl = 'type Query { title: String shelf: String @tag(name: "staff") }'
    (directory / "library.graphql").write_text(link + sdl, encoding="utf-8")

    result = run("library.graphql", "--exclude-tag", "staff", "--api-output", "api.graphql")

    assert result.exit_code == 0
    assert 'shelf: String @tag(name: "staff") @inaccessible' in result.stdout
    assert "shelf" not in Path("api.graphql").read_text(encoding="utf-8")
