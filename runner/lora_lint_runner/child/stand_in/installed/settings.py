"""Settings that hydra composes and finds missing (`???`): made up, as arguments are."""

from __future__ import annotations

import sys
from typing import Any

from ...context import Run

ITS_OWN = "hydra"  # what it knows of itself is missing until the job begins


def install(run: Run) -> None:
    """From now on no setting of the script's own is missing, and hydra's own options are nobody's to fill in."""

    @run.patches.after("hydra._internal.config_loader_impl")
    def composing(module: Any) -> None:
        run.patches.replace(module.ConfigLoaderImpl, "load_configuration", lambda real: _filled(run, real))

    @run.patches.after("hydra._internal.utils")
    def options(module: Any) -> None:
        run.patches.replace(module, "get_args_parser", lambda real: _left_alone(run, real))


def _filled(run: Run, real: Any) -> Any:
    def load_configuration(self: Any, *args: Any, **options: Any) -> Any:
        OmegaConf = sys.modules["omegaconf"].OmegaConf
        filler, config = run.filler, real(self, *args, **options)
        assert filler is not None
        own = OmegaConf.masked_copy(config, [key for key in config if key != ITS_OWN])
        for path in sorted(OmegaConf.missing_keys(own)):
            made = filler.value(path.rpartition(".")[2])
            if made is not None:
                OmegaConf.update(config, path, made)
                filler.said(path, made)
        return config

    return load_configuration


def _left_alone(run: Run, real: Any) -> Any:
    def get_args_parser() -> Any:
        parser = real()
        run.met.left_alone.append(parser)
        return parser

    return get_args_parser
