"""An identity of the test's own: settings whose key pair lies in the test's folder."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from subgraphs.kit.auth.roles import Role
from subgraphs.kit.auth.settings import IdentitySettings
from subgraphs.kit.auth.tokens import Holder, Issuer

TokenFor = Callable[..., str]


@pytest.fixture
def identity(tmp_path: Path) -> IdentitySettings:
    return IdentitySettings(identity_folder=tmp_path / "identity")


@pytest.fixture
def token_for(identity: IdentitySettings) -> TokenFor:
    def issue(role: Role, minutes: int = 5, **account: Any) -> str:
        holder = Holder(f"test:{role.value}", role, **account)
        return Issuer(identity).issue(holder, timedelta(minutes=minutes))

    return issue
