"""trl's PPO until 0.11: the script generates answers and scores them, and each step learns from them.

Read in the documentation of trl 0.4 to 0.11. Here a step is one of an optimizer, on the first few answers: those that
score more are made likelier, and the head learns the scores, so that it moves whatever they are.
"""

from __future__ import annotations

import copy
import dataclasses
import functools
import importlib
import random
from typing import Any, Optional

FEW = 4  # answers that a step learns from, rows in a batch
DEFAULTS: dict[str, Any] = {  # of trl 0.7
    "exp_name": "ppo", "seed": 0, "log_with": None, "task_name": None, "model_name": "gpt2", "query_dataset": "imdb",
    "reward_model": "sentiment-analysis:lvwerra/distilbert-imdb", "remove_unused_columns": True,
    "tracker_project_name": "trl", "steps": 20000, "learning_rate": 1e-5, "adap_kl_ctrl": True, "init_kl_coef": 0.2,
    "kl_penalty": "kl", "target": 6.0, "horizon": 10000.0, "gamma": 1.0, "lam": 0.95, "cliprange": 0.2,
    "cliprange_value": 0.2, "vf_coef": 0.1, "batch_size": 256, "forward_batch_size": None, "mini_batch_size": 1,
    "backward_batch_size": 1, "gradient_accumulation_steps": 1, "world_size": None, "ppo_epochs": 4,
    "max_grad_norm": None, "optimize_cuda_cache": False, "optimize_device_cache": False, "early_stopping": False,
    "target_kl": 1.0, "compare_steps": 1, "ratio_threshold": 10.0, "use_score_scaling": False,
    "use_score_norm": False, "score_clip": None, "whiten_rewards": False, "is_encoder_decoder": None,
    "is_peft_model": None,
}  # fmt: skip
DICTS = ("tracker_kwargs", "accelerator_kwargs", "project_kwargs", "push_to_hub_if_best_kwargs")


class Stats(dict[str, float]):
    """What a step tells, under whatever name it is asked for."""

    def __missing__(self, name: str) -> float:
        return 0.0


class LengthSampler:
    """A length between two, anew at each call."""

    def __init__(self, min_value: int, max_value: int) -> None:
        self.values = range(min_value, max(max_value, min_value + 1))

    def __call__(self) -> int:
        return random.choice(self.values)


def create_reference_model(model: Any, *args: Any, **options: Any) -> Any:
    """A copy that is not trained."""
    found = copy.deepcopy(model)
    for parameter in found.parameters():
        parameter.requires_grad = False
    return found.eval()


class PPOTrainer:
    """The loop is the script's; this has its data, generates, and learns."""

    def __init__(
        self, config: Any = None, model: Any = None, ref_model: Any = None, tokenizer: Any = None,
        dataset: Any = None, optimizer: Any = None, data_collator: Any = None, num_shared_layers: Any = None,
        lr_scheduler: Any = None, **options: Any,
    ) -> None:  # fmt: skip
        import torch

        if not isinstance(model, torch.nn.Module) or not hasattr(model, "v_head"):
            raise ImportError("cannot import name 'PPOTrainer' from 'trl'")  # that of trl 0.12, which trains by itself
        self.model: Any = model
        self.config, self.tokenizer, self.dataset = config, tokenizer, dataset
        self.ref_model = ref_model if ref_model is not None else model
        self.accelerator: Any = importlib.import_module("accelerate").Accelerator()
        self.is_encoder_decoder = bool(getattr(model.config, "is_encoder_decoder", False))
        self.current_device, self.lr_scheduler, self.current_step = self.accelerator.device, lr_scheduler, 0
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.optimizer = optimizer or torch.optim.Adam(trained, lr=config.learning_rate)
        self.dataloader = None
        if dataset is not None:
            self.dataloader = torch.utils.data.DataLoader(
                dataset, batch_size=min(FEW, config.batch_size), collate_fn=data_collator, shuffle=True
            )

    def generate(
        self, query_tensor: Any, length_sampler: Any = None, batch_size: int = FEW, return_prompt: bool = True,
        generate_ref_response: bool = False, remove_padding: bool = True, **options: Any,
    ) -> Any:  # fmt: skip
        """Answers to one question, or to a list of them, each by itself."""
        import torch

        alone = not isinstance(query_tensor, (list, tuple))
        found = []
        for query in [query_tensor] if alone else query_tensor:
            more = {"max_new_tokens": length_sampler()} if length_sampler is not None else {}
            ids = query.reshape(1, -1)
            with torch.no_grad():
                answer = self.model.generate(input_ids=ids, **{**options, **more})
            found.append(answer[0] if return_prompt or self.is_encoder_decoder else answer[0, ids.shape[1] :])
        whole = found[0].unsqueeze(0) if alone else found
        return (whole, whole) if generate_ref_response else whole

    def step(self, queries: Any, responses: Any, scores: Any, response_masks: Any = None) -> Stats:
        """One step, on the first of them."""
        import torch

        losses = [self._loss(*told) for told in zip(queries[:FEW], responses, scores)]
        self.model.train()
        self.optimizer.zero_grad()
        loss = torch.stack(losses).mean()
        self.accelerator.backward(loss)
        self.optimizer.step()
        if self.lr_scheduler is not None:
            self.lr_scheduler.step()
        self.current_step += 1
        mean = float(sum(float(torch.as_tensor(score).float().mean()) for score in scores) / max(len(scores), 1))
        return Stats({"ppo/loss/total": loss.item(), "ppo/mean_scores": mean})

    def _loss(self, query: Any, response: Any, score: Any) -> Any:
        import torch

        query, response = query.reshape(-1), response.reshape(-1)
        if not len(response):
            response = query
        score = torch.as_tensor(score).float().mean()
        if self.is_encoder_decoder:
            logits, _, values = self.model(input_ids=query[None], labels=response[None])
            told = logits[0].log_softmax(-1)
        else:
            logits, _, values = self.model(input_ids=torch.cat([query, response])[None])
            told = logits[0, len(query) - 1 : -1].log_softmax(-1)
            values = values[:, len(query) - 1 : -1]
        likely = told.gather(-1, response[: len(told), None]).mean()
        return -score * likely + (values - score).pow(2).mean()

    def log_stats(self, *args: Any, **options: Any) -> None:
        """Nothing is logged."""

    def save_pretrained(self, place: Any, *args: Any, **options: Any) -> None:
        """The model, and its tokenizer."""
        self.accelerator.unwrap_model(self.model).save_pretrained(place)
        if self.tokenizer is not None:
            self.tokenizer.save_pretrained(place)

    _save_pretrained = save_pretrained

    def push_to_hub(self, *args: Any, **options: Any) -> None:
        """Nothing is pushed."""


@functools.cache
def config_class() -> type:
    """The settings, which parsers of arguments take apart. What another release had among them is kept as well."""
    fields = [(name, Optional[str] if value is None else type(value), value) for name, value in DEFAULTS.items()]
    dicts: list[Any] = [(name, dict, dataclasses.field(default_factory=dict)) for name in DICTS]
    known: Any = dataclasses.make_dataclass("PPOConfig", [*fields, *dicts])
    names = [field.name for field in dataclasses.fields(known)]

    class PPOConfig(known):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{name: value for name, value in options.items() if name in names})
            self.__dict__.update(options)

    return PPOConfig
