"""Databases that are not there yet."""

from pathlib import Path

import pytest

from subgraphs.seed.databases import METADATA


@pytest.fixture
def empty_urls(tmp_path: Path) -> dict[str, str]:
    """The addresses of four databases that are not there yet."""
    return {service: f"sqlite:///{tmp_path}/{service}.db" for service in METADATA}
