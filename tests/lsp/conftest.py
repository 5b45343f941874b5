"""Clients of both kinds: those that ask for diagnostics (VS Code) and those that wait for them (Neovim, Emacs)."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("editor")

from editor import Editor  # noqa: E402
from starting import pulling, pushed_to, started  # noqa: E402


@pytest_asyncio.fixture(params=["push", "pull"])
async def editor(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Editor]:
    """An editor of either kind on an empty folder."""
    capabilities = pushed_to() if request.param == "push" else pulling()
    async with started([tmp_path], capabilities) as made:
        yield made


@pytest_asyncio.fixture()
async def vscode(tmp_path: Path) -> AsyncIterator[Editor]:
    """An editor that asks for diagnostics."""
    async with started([tmp_path], pulling()) as made:
        yield made
