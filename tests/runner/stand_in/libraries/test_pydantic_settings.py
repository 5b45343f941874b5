"""pydantic-settings, where it is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runner.conftest import Run, absent, confirmed, reason
from tests.runner.samples import KEPT

pytest.importorskip("pydantic", minversion="2")
pytestmark = absent("pydantic_settings")
FOUND = """\
import os
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

os.environ.update(SMALL_RATE="0.5", ALPHA_OF_LORA="32", SMALL_TARGETS='["q_proj"]', SMALL_NOTE="theirs")

class Settings(BaseSettings, env_prefix="SMALL_", extra="ignore"):
    model_config = SettingsConfigDict(env_file=".env")
    rank: int = 8
    rate: float = 0.1
    alpha: int = Field(16, alias="ALPHA_OF_LORA")
    targets: list[str] = []
    note: str = ""
    label: str

settings = Settings(note="own")
assert (settings.rank, settings.rate, settings.alpha) == (8, 0.5, 32), settings
assert (settings.targets, settings.note, settings.label) == (["q_proj"], "own", "of a file"), settings
"""
MADE_UP = """\
from enum import Enum
from typing import Literal, Optional
from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings

class Kind(Enum):
    full = "full"
    lora = "lora"

class Adapter(BaseModel):
    rank: int
    scale: float

class Settings(BaseSettings):
    hf_key: SecretStr
    kind: Kind
    form: Literal["text", "table"]
    adapter: Adapter
    seed: Optional[int]
    tags: list[str]
    token: Optional[str] = None

settings = Settings()
assert settings.kind is Kind.lora and settings.adapter.rank > 0 and settings.tags
if not settings.token:
    raise ValueError("set the token")
"""


def test_settings_are_of_the_environment_and_of_a_file_of_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# of one machine\nSMALL_LABEL='of a file'\nSMALL_RATE=0.7\n")
    confirmed(run(FOUND + KEPT))


def test_what_is_required_and_nowhere_is_made_up_and_said(run: Run) -> None:
    ran = run(MADE_UP + KEPT)
    confirmed(ran)
    assert "environment variable HF_KEY is not set: hf_stand_in" in ran.json["after"]["neutralised"]


def test_a_setting_that_there_is_none_of_is_said(run: Run) -> None:
    text = "from pydantic_settings import BaseSettings\nclass Own(BaseSettings):\n    rank: int = 8\nOwn().ranks\n"
    assert "'Own' object has no attribute 'ranks'" in reason(run(text + KEPT))[1]
