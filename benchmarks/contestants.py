"""The gateways that are measured: how each is installed and started.

Each forwards the `authorization` header to the subgraphs, so that a header of its own per request
defeats the deduplication of identical requests in every one of them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.upstream import PORTS

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "bench"
PEERS = BUILD / "peers"
MODULES = PEERS / "node_modules"


@dataclass(frozen=True, slots=True)
class Contestant:
    """A gateway: its name, its port, and the command that serves the supergraph file there."""

    name: str
    port: int
    command: Callable[[Path, int], list[str]]
    needs_node: bool = True


def _ours(supergraph: Path, port: int) -> list[str]:
    config = BUILD / "router.yaml"
    config.write_text("headers:\n  forward: [authorization]\n", encoding="utf-8")
    serve = [sys.executable, "-m", "router", "serve", "--supergraph", str(supergraph)]
    return [*serve, "--port", str(port), "--config", str(config)]


def _apollo(supergraph: Path, port: int) -> list[str]:
    return ["node", str(PEERS / "apollo.mjs"), str(supergraph), str(port)]


def _hive(supergraph: Path, port: int) -> list[str]:
    program = str(MODULES / ".bin" / "hive-gateway")
    config = str(PEERS / "gateway.config.mjs")
    options = ["--host", "127.0.0.1", "--port", str(port), "--config-path", config]
    return [program, "supergraph", str(supergraph), *options]


def _hive_rust(supergraph: Path, port: int) -> list[str]:
    return [*_hive(supergraph, port), "--hive-router-runtime"]


def _grafbase(_: Path, port: int) -> list[str]:
    config = BUILD / "grafbase.toml"
    subgraphs = "\n".join(
        f'[subgraphs.{name}]\nurl = "http://127.0.0.1:{upstream}/graphql"\n'
        f'schema_path = "{HERE / "library" / f"{name}.graphql"}"\n'
        for name, upstream in PORTS.items()
    )
    headers = '[[headers]]\nrule = "forward"\nname = "authorization"\n'
    config.write_text(f"{headers}\n{subgraphs}", encoding="utf-8")
    program = str(MODULES / "@grafbase" / "cli-x86_64-unknown-linux-musl" / "grafbase")
    return [program, "dev", "--config", str(config), "--listen-address", f"127.0.0.1:{port}"]


CONTESTANTS = (
    Contestant("sgm", 4301, _ours, needs_node=False),
    Contestant("apollo-gateway", 4302, _apollo),
    Contestant("hive-gateway", 4303, _hive),
    Contestant("hive-gateway-rust", 4304, _hive_rust),
    Contestant("grafbase", 4305, _grafbase),
)


def install_peers() -> None:
    """Install the peers with npm into build/bench, once."""
    if not shutil.which("npm"):
        raise SystemExit(
            "The peers need Node and npm, which were not found; --only sgm runs alone."
        )
    PEERS.mkdir(parents=True, exist_ok=True)
    package = (HERE / "peers" / "package.json").read_text(encoding="utf-8")
    for file in (HERE / "peers").iterdir():
        if file.name != "package.json":
            shutil.copy(file, PEERS / file.name)
    if MODULES.exists() and (PEERS / "package.json").read_text(encoding="utf-8") == package:
        return
    (PEERS / "package.json").write_text(package, encoding="utf-8")
    print("Installing the peers from npm: a minute or two, once.", flush=True)
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=PEERS, check=True)
