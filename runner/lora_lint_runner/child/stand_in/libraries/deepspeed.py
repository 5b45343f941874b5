"""deepspeed without deepspeed: an engine of one process that trains the model it was given with torch's AdamW."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from types import ModuleType
from typing import Any

from ...context import Run
from .bitsandbytes import optimizer_class

OPTIMIZERS = ("FusedAdam", "DeepSpeedCPUAdam", "FusedLamb", "DeepSpeedCPUAdagrad")
PARTS = ("ops", "zero", "comm", "utils", "accelerator", "runtime")


def fill(module: ModuleType, run: Run) -> None:
    """Fills `deepspeed` and its parts."""
    import torch

    name = module.__name__.partition(".")[2]
    if name.startswith("ops"):
        module.__dict__.update({n: optimizer_class(n, torch.optim.AdamW) for n in OPTIMIZERS})
    elif name == "zero" or name.startswith("runtime.zero"):
        module.__dict__.update(Init=_context, GatheredParameters=_context)
    elif not name:
        for part in PARTS:  # each of them is filled where it is found, as this one was
            inner = type(module)(f"deepspeed.{part}")
            inner.__dict__.update(__path__=[])
            sys.modules[inner.__name__] = inner
            fill(inner, run)
            setattr(module, part, inner)
        distributed = importlib.import_module("torch.distributed")

        def initialize(args: Any = None, model: Any = None, optimizer: Any = None, **options: Any) -> Any:
            config = _settings(options.get("config") or options.get("config_params") or args)
            return _initialized(run, model, optimizer, config, options)

        def init_distributed(*args: Any, **options: Any) -> None:
            if not distributed.is_initialized():
                distributed.init_process_group("gloo")

        module.__dict__.update(
            initialize=initialize, init_distributed=init_distributed, add_config_arguments=_with_arguments,
            init_inference=lambda model=None, *a, **k: model, DeepSpeedEngine=_engine_class(),
        )  # fmt: skip


def _initialized(run: Run, model: Any, optimizer: Any, config: Any, options: dict[str, Any]) -> tuple[Any, ...]:
    """What `deepspeed.initialize` returns: engine, optimizer, loader, scheduler."""
    import torch

    run.neutral("deepspeed engine: one process, AdamW of torch")
    parameters = options.get("model_parameters")
    given = list(parameters) if parameters is not None else [p for p in model.parameters() if p.requires_grad]
    if callable(optimizer):
        optimizer = optimizer(given)
    if optimizer is None and given:
        rate = ((config.get("optimizer") or {}).get("params") or {}).get("lr")
        optimizer = torch.optim.AdamW(given, lr=rate if isinstance(rate, float) else 1e-3)
    scheduler = options.get("lr_scheduler")
    scheduler = scheduler(optimizer) if callable(scheduler) and not hasattr(scheduler, "step") else scheduler
    data, loader = options.get("training_data"), None
    if data is not None:
        batch = config.get("train_micro_batch_size_per_gpu")
        batch = batch if isinstance(batch, int) else 2
        loader = torch.utils.data.DataLoader(data, batch_size=batch, collate_fn=options.get("collate_fn"))
    engine = _engine_class()(model, optimizer, scheduler, config)
    return engine, optimizer, loader, scheduler


def _engine_class() -> Any:
    """The class of engines; once torch is there."""
    import torch

    if _ENGINES:
        return _ENGINES[0]

    class DeepSpeedEngine(torch.nn.Module):
        """A model with its optimizer."""

        def __init__(self, model: Any, optimizer: Any, scheduler: Any, config: Any) -> None:
            super().__init__()
            self.module = model
            self.__dict__.update(optimizer=optimizer, lr_scheduler=scheduler, config=config)
            self.device, self.local_rank, self.global_rank, self.world_size = torch.device("cpu"), 0, 0, 1
            self.global_steps = self.micro_steps = 0

        def __getattr__(self, name: str) -> Any:
            try:
                return super().__getattr__(name)
            except AttributeError:
                return getattr(super().__getattr__("module"), name)

        def forward(self, *args: Any, **options: Any) -> Any:
            return self.module(*args, **options)

        def backward(self, loss: Any, **options: Any) -> Any:
            loss.backward()
            return loss

        def step(self, *args: Any, **options: Any) -> None:
            if self.optimizer is not None:
                self.optimizer.step()
                self.optimizer.zero_grad()
            if hasattr(self.lr_scheduler, "step"):
                self.lr_scheduler.step()
            self.global_steps, self.micro_steps = self.global_steps + 1, self.micro_steps + 1

        def is_gradient_accumulation_boundary(self) -> bool:
            return True

        def zero_optimization_stage(self) -> int:
            return 0

        def get_lr(self) -> list[float]:
            return [group["lr"] for group in self.optimizer.param_groups]

        def save_checkpoint(self, save_dir: Any, tag: Any = None, client_state: Any = None, **options: Any) -> bool:
            folder = os.path.join(save_dir, str(tag or f"global_step{self.global_steps}"))
            os.makedirs(folder, exist_ok=True)
            torch.save({"module": self.module.state_dict()}, os.path.join(folder, "mp_rank_00_model_states.pt"))
            return True

        def load_checkpoint(self, load_dir: Any, *args: Any, **options: Any) -> tuple[None, dict[str, Any]]:
            return None, {}

    _ENGINES.append(DeepSpeedEngine)
    return DeepSpeedEngine


_ENGINES: list[Any] = []


def _settings(found: Any) -> Any:
    """The settings: a dict, the path of a file, or what a command line says of it."""
    if isinstance(found, dict):
        return found
    path = found if isinstance(found, str) else getattr(found, "deepspeed_config", None) or ""
    with contextlib.suppress(OSError, ValueError), open(path, encoding="utf-8") as file:
        return json.load(file)
    return {}


def _with_arguments(parser: Any) -> Any:
    group = parser.add_argument_group("DeepSpeed")
    group.add_argument("--deepspeed", default=False, action="store_true")
    group.add_argument("--deepspeed_config", default=None, type=str)
    return parser


def _context(*args: Any, **options: Any) -> Any:
    return contextlib.nullcontext()
