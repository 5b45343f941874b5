"""How answers are generated, set on a model's config: until transformers 5 that counted."""

from __future__ import annotations

from typing import Any

from ....context import Run

KIND = "generation"
HOME = "transformers.generation.utils"
SAID = "You have modified the pretrained model configuration to control generation"


def entry_of(error: BaseException) -> dict[str, str] | None:
    """Did generation stop over it?"""
    told = isinstance(error, ValueError) and SAID in str(error)
    return {"kind": KIND, "home": HOME, "name": "generation_config"} if told else None


def said(entry: dict[str, str], release: str | None) -> str:
    return f"transformers {release} generates by model.generation_config alone, not by what is set on model.config"


def serve(run: Run, entry: dict[str, str]) -> None:
    """What is set on the config is set where it counts now."""

    @run.patches.after(HOME)
    def patch(module: Any) -> None:
        run.patches.replace(module.GenerationMixin, "_prepare_generation_config", _moving)


def _moving(real: Any) -> Any:
    def prepare(self: Any, *args: Any, **options: Any) -> Any:
        for name, value in self.config._get_generation_parameters().items():
            setattr(self.generation_config, name, value)
            setattr(self.config, name, None)
        return real(self, *args, **options)

    return prepare
