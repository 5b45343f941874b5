"""Other packages, of which little counts here: command lines, settings, progress, searches, logs."""

from __future__ import annotations

from lora_lint.knowledge.rows import Table, row, rows

# libraries that call a function with what the command line says
COMMAND_LINES = {
    "fire": Table(functions={"Fire": row("commands", "component")}),
    "typer": Table(functions={"run": row("entry", "function")}),
    "tyro": Table(functions={"cli": row("entry", "f")}),
    "absl": Table(functions={"app.run": row("entry", "main")}),
}

# dicts whose items are attributes, too
MAPPINGS = {
    "omegaconf": Table(
        functions={
            **rows("first", "create OmegaConf.create OmegaConf.to_container", "obj"),
            **rows("settings_over", "merge OmegaConf.merge OmegaConf.unsafe_merge", ""),
        }
    ),
    "easydict": Table(functions=rows("dict", "EasyDict")),
    "munch": Table(functions={**rows("dict", "Munch"), **rows("first", "munchify", "x")}),
    "box": Table(functions=rows("dict", "Box")),
    "ml_collections": Table(functions=rows("dict", "ConfigDict config_dict.ConfigDict")),
}

# what shows progress gives the items that it is given
PROGRESS = {
    "tqdm": Table(functions={"tqdm": row("first", "iterable"), "trange": row("range", "start stop step", gates=True)}),
    "rich": Table(functions={"progress.track": row("first", "sequence")}),
}

# libraries that call a function of the script again and again, with arguments of their own
REPEATERS = {
    "optuna": Table(
        functions=rows("make", "create_study load_study", ""),
        methods={name: {"optimize": row("repeat", "func")} for name in ("create_study", "load_study", "Study")},
    ),
    "wandb": Table(functions={"agent": row("repeat", "sweep_id function"), "log": row("record")}),
    "hyperopt": Table(functions={"fmin": row("repeat", "fn")}),
    "ray": Table(
        functions={
            "tune.Tuner": row("repeat", "trainable"),
            "tune.run": row("repeat", "run_or_experiment"),
            **rows("first", "tune.with_parameters tune.with_resources", "trainable"),
        }
    ),
    "tenacity": Table(functions={"retry": row("identity", "func")}),
}

# libraries that keep what a run made
KEEPERS = {
    "mlflow": Table(
        functions=rows("record", "log_metric log_metrics log_dict"),
        families=((r"(\w+\.)*(log_model|save_model)$", row("handed")),),
    ),
    "matplotlib": Table(functions=rows("record", "pyplot.savefig")),
    "huggingface_hub": Table(
        functions={"HfApi": row("make"), "upload_folder": row("upload", "folder_path")},
        methods={"HfApi": rows("upload", "upload_folder upload_large_folder", "folder_path")},
    ),
}

# libraries whose decorators call a function, be it from the command line, elsewhere or again, and do no more with it
CALLERS = frozenset(
    "hydra click typer modal spaces fire absl tyro draccus simple_parsing gin sacred chz fastapi flask gradio "
    "streamlit celery beartype jaxtyping typeguard tenacity backoff retry retrying numba pytest line_profiler "
    "memory_profiler deprecated overrides typing_extensions abc functools codecarbon codetiming nvtx pyinstrument "
    "func_timeout timeout_decorator wrapt_timeout_decorator ratelimit lightning_utilities jsonargparse cyclopts".split()
)
