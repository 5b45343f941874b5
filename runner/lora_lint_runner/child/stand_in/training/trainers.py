"""Training arguments as a laptop can bear them: a few optimizer steps, small batches, no trackers, nothing of a GPU.

`save_steps`, `save_strategy` and the like stay as they are: what is saved when is the script's own business.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from typing import Any

from ...context import Run
from ...spec import OF_EVALUATIONS, THAWS
from .. import trackers
from .first_rows import first_rows

OFF = {
    "bf16": False, "fp16": False, "tf32": None, "bf16_full_eval": False, "fp16_full_eval": False,
    "torch_compile": False, "torch_compile_backend": None, "torch_compile_mode": None, "deepspeed": None, "fsdp": "",
    "fsdp_config": None, "use_liger_kernel": False, "use_ipex": False, "push_to_hub": False, "hub_token": None,
    "dataloader_num_workers": 0, "dataloader_pin_memory": False, "dataloader_persistent_workers": False,
    "dataloader_prefetch_factor": None, "auto_find_batch_size": False, "ddp_backend": None, "use_vllm": False,
    "dataset_num_proc": None, "use_mps_device": False, "resume_from_checkpoint": None,
    "activation_offloading": False, "padding_free": False, "group_by_length": False, "optim_target_modules": None,
    "torchdynamo": None, "half_precision_backend": "auto", "log_completions": False,
    "precompute_ref_log_probs": False, "accelerator_config": None, "parallelism_config": None,
    "mask_truncated_completions": False,
}  # fmt: skip
SAID = {
    "bf16": "half precision: 32 bit on the CPU",
    "fp16": "half precision: 32 bit on the CPU",
    "deepspeed": "deepspeed: left out",
    "fsdp": "fsdp: left out",
    "push_to_hub": "push to the hub: kept from happening",
    "torch_compile": "torch.compile: left out of the training arguments",
    "mask_truncated_completions": "answers that were cut off: learned from, as a small model ends none",
    "use_vllm": "vLLM: left out, generation by transformers",
}
AT_MOST = {
    "per_device_train_batch_size": 4,
    "per_device_eval_batch_size": 8,
    "per_gpu_train_batch_size": 4,
    "per_gpu_eval_batch_size": 8,
    "gradient_accumulation_steps": 2,
    "eval_accumulation_steps": 2,
    "max_completion_length": 8,
    "max_new_tokens": 8,
    "response_length": 8,
    "num_generations": 2,
    "num_generations_eval": 2,
    "max_prompt_length": 128,
    "generation_max_length": 48,
    "num_ppo_epochs": 1,
    "num_iterations": 1,
    "total_episodes": 16,
}
PLAIN_OPTIMIZERS = ("adamw_torch", "adamw_hf", "sgd", "adagrad", "rmsprop", "adafactor", "adamw")
REWARDED = {
    "trl.trainer.grpo_trainer": "GRPOTrainer",
    "trl.trainer.rloo_trainer": "RLOOTrainer",
    "trl.experimental.sdpo.sdpo_trainer": "SDPOTrainer",
    "trl.experimental.a2po.a2po_trainer": "A2POTrainer",
}
EVALUATED = 16
NONE_TO_EVALUATE = "rows to evaluate on: some of those to train on, as none of the made-up ones was left for it"
PACKED = 256
SHORT = 10  # a training of so few steps is done as it is written: the script may go on with its last checkpoint by name


def install(run: Run) -> None:
    """Caps for Trainer and everything that builds on it, and for generation."""
    steps = steps_of(run)

    @run.patches.after("transformers.training_args")
    def arguments(module: Any) -> None:
        run.patches.replace(module.TrainingArguments, "__post_init__", lambda real: _after_init(run, real, steps))

    @run.patches.after("transformers.trainer")
    def trainer(module: Any) -> None:
        for name in ("get_eval_dataloader", "get_test_dataloader"):
            run.patches.replace(module.Trainer, name, lambda real: _fewer_rows(run, real))
        run.patches.replace(module.Trainer, "train", lambda real: _training(run, real))
        run.patches.replace(module.Trainer, "_load_best_model", lambda real: _putting_back(run, real))

    for home, name in REWARDED.items():

        @run.patches.after(home)
        def rewarded(module: Any, name: str = name) -> None:
            trainer = getattr(module, name, None)
            if trainer is not None:
                run.patches.replace(trainer, "_calculate_rewards", lambda real: _varied(run, real))

    @run.patches.after("trl.rewards.accuracy_rewards")
    def accuracy(module: Any) -> None:
        if importlib.util.find_spec("math_verify") is None:
            for name in ("accuracy_reward", "reasoning_accuracy_reward"):
                run.patches.replace(module, name, lambda real: _unverified(run))

    @run.patches.after("transformers.generation.utils")
    def generation(module: Any) -> None:
        run.patches.replace(module.GenerationMixin, "generate", lambda real: _generating(run, real))


def steps_of(run: Run) -> int:
    """Optimizer steps of a training."""
    return int(run.spec.learned.get("steps", run.spec.steps))


def _after_init(run: Run, real: Any, steps: int) -> Any:
    def post_init(self: Any, *args: Any, **options: Any) -> Any:
        lighten(run, self, steps)
        return real(self, *args, **options)

    return post_init


def lighten(run: Run, arguments: Any, steps: int) -> None:
    """Changes training arguments in place, before they are checked."""
    if getattr(arguments, "top_k", None) == -1 and (getattr(arguments, "use_vllm", False) or "unsloth" in sys.modules):
        _set(arguments, "top_k", 0)  # the same to transformers
    for name, value in OFF.items():
        if hasattr(arguments, name):
            held = getattr(arguments, name)
            if held and name in SAID:
                run.neutral(SAID[name])
            run.met.deepspeed |= bool(held) and name == "deepspeed"
            if held and name == "push_to_hub":
                run.met.pushes = str(
                    getattr(arguments, "hub_model_id", None) or os.path.basename(str(arguments.output_dir))
                )
            if held is not None:
                _set(arguments, name, value)
    for name, most in AT_MOST.items():
        held = getattr(arguments, name, None)
        if isinstance(held, int) and not isinstance(held, bool) and held > most:
            _set(arguments, name, most)
    if getattr(arguments, "packing", False) and (getattr(arguments, "max_length", None) or 0) > PACKED:
        run.neutral(f"packing: sequences of {PACKED} tokens")
        _set(arguments, "max_length", PACKED)
    if hasattr(arguments, "num_generations"):
        _set(arguments, "per_device_train_batch_size", 4)
        for name in ("generation_batch_size", "steps_per_generation"):
            if hasattr(arguments, name):
                _set(arguments, name, None)
    if getattr(arguments, "num_generations_eval", None):
        _set(arguments, "per_device_eval_batch_size", 8)
    held = getattr(arguments, "max_steps", -1)
    if not isinstance(held, int) or held <= 0 or held > max(steps, SHORT):
        awaited = "an adapter has learned something" if THAWS in run.spec.learned else "a save of the script's has come"
        run.neutral(f"training: {steps} optimizer steps{f', until {awaited}' if steps > run.spec.steps else ''}")
        _set(arguments, "max_steps", steps)
    for name in ("warmup_steps", "warmup_ratio"):
        if getattr(arguments, name, None):
            _set(arguments, name, 0)
    if getattr(arguments, "logging_steps", None) is not None:
        with contextlib.suppress(TypeError):
            share_of_few = arguments.logging_steps == 0 and run.made_up  # `len(rows) // 100`
            # at the last step: a callback may ask, where a loss is due, for what the steps before it logged
            most = 1 if share_of_few else max(1, arguments.max_steps)
            if share_of_few or arguments.logging_steps > most:
                _set(arguments, "logging_steps", most)
    reported: Any = []
    if (asked := getattr(arguments, "report_to", None)) not in (None, [], "none", ["none"]):
        run.neutral(trackers.SAID)
        reported = trackers.Reported.to_the_script(run, asked) if asked not in ("all", ["all"]) else []
    for name, plain in {"report_to": reported, "use_cpu": True, "no_cuda": True, "disable_tqdm": True}.items():
        if hasattr(arguments, name):
            _set(arguments, name, plain)
    optimizer = str(getattr(getattr(arguments, "optim", ""), "value", getattr(arguments, "optim", "")))
    if optimizer and optimizer not in PLAIN_OPTIMIZERS:
        if not optimizer.startswith("adamw_torch"):
            run.neutral(f"optimizer {optimizer}: adamw_torch")
        _set(arguments, "optim", "adamw_torch")
    _redirect(run, arguments)


def _redirect(run: Run, arguments: Any) -> None:
    """The output directory is written by many hands, so it is an allowed one from the start."""
    paths = run.paths
    for name in ("output_dir", "logging_dir"):
        held = getattr(arguments, name, None)
        if isinstance(held, str) and held:
            _set(arguments, name, paths.writing(held))


def _set(arguments: Any, name: str, value: Any) -> None:
    with contextlib.suppress(Exception):
        setattr(arguments, name, value)


def _fewer_rows(run: Run, real: Any) -> Any:
    """Evaluation on a handful of rows; on all of them where an earlier attempt lacked answers; on some of those to
    train on where none of the made-up ones was left for it."""

    def loader(self: Any, dataset: Any = None, *args: Any, **options: Any) -> Any:
        wanted: Any = dataset if dataset is not None else getattr(self, "eval_dataset", None)
        if isinstance(wanted, str) and isinstance(getattr(self, "eval_dataset", None), dict):
            wanted = self.eval_dataset[wanted]
        count = len(wanted) if hasattr(wanted, "__len__") and not isinstance(wanted, dict) else None
        trained: Any = getattr(self, "train_dataset", None)
        if count == 0 and run.made_up and hasattr(trained, "__len__") and len(trained):
            run.neutral(NONE_TO_EVALUATE)
            dataset = first_rows(trained, min(len(trained), EVALUATED))
        elif count is not None and count > EVALUATED and not run.loops.whole:
            run.loops.cut.add(OF_EVALUATIONS)
            dataset = first_rows(wanted, EVALUATED)
        return real(self, dataset, *args, **options)

    return loader


def _training(run: Run, real: Any) -> Any:
    """Training starts from the beginning: checkpoints of a real run are none of a tiny model."""

    def train(self: Any, *args: Any, **options: Any) -> Any:
        resumed = args[0] if args else options.get("resume_from_checkpoint")
        if resumed:
            run.neutral("resume_from_checkpoint: the training starts anew")
            args = (None, *args[1:]) if args else args
            if "resume_from_checkpoint" in options:
                options["resume_from_checkpoint"] = None
        return real(self, *args, **options)

    return train


def _putting_back(run: Run, real: Any) -> Any:
    """The best checkpoint, of which deepspeed has files of its own: a trainer that saves its model in another form than
    transformers (5.23) does finds none without it, and the weights are left as they are."""

    def load(self: Any) -> None:
        try:
            real(self)
        except FileNotFoundError:
            if not run.met.deepspeed:
                raise
            run.neutral("load_best_model_at_end: the last weights, as deepspeed is left out")

    return load


def _unverified(run: Run) -> Any:
    """trl's rewards for right answers, where the package that compares formulas is not here."""

    def reward(completions: Any, *args: Any, **options: Any) -> list[float]:
        run.neutral("package math_verify is not installed: every answer is wrong")
        return [0.0] * len(completions)

    return reward


def _varied(run: Run, real: Any) -> Any:
    """Rewards that are apart: of answers that are all as bad there is nothing to learn."""

    def rewards(self: Any, *args: Any, **options: Any) -> Any:
        run.neutral("rewards: every second one is better, or nothing would be learned from random answers")
        found = real(self, *args, **options)
        for row in range(1, len(found), 2):
            found[row] += 1.0
        return found

    return rewards


def _generating(run: Run, real: Any) -> Any:
    """A few tokens are as good as many."""

    def generate(self: Any, *args: Any, **options: Any) -> Any:
        config = options.get("generation_config")
        if config is not None and hasattr(config, "max_new_tokens"):
            with contextlib.suppress(Exception):
                import copy

                config = copy.deepcopy(config)
                config.max_new_tokens, config.max_length = min(config.max_new_tokens or 8, 8), None
                options["generation_config"] = config
        elif options.get("streamer") is None:
            options.pop("max_length", None)
            options.pop("min_length", None)
            options.pop("min_new_tokens", None)
            options["max_new_tokens"] = min(options.get("max_new_tokens") or 8, 8)
        run.met.answered = True
        return real(self, *args, **options)

    return generate
