"""A small gymnasium: environments with the spaces of those of that name, in which an episode is a few steps."""

from __future__ import annotations

import importlib
from types import ModuleType, SimpleNamespace
from typing import Any

from ...context import Run

STEPS = 12  # of an episode
SPACES = {  # how many numbers are seen, and how many ways to act there are; 0 where an act is a number
    "CartPole": (4, 2), "LunarLander": (8, 4), "Acrobot": (6, 3), "MountainCar": (2, 3), "Pendulum": (3, 0),
    "BipedalWalker": (24, 0), "HalfCheetah": (17, 0), "Hopper": (11, 0), "Walker2d": (17, 0), "Ant": (27, 0),
}  # fmt: skip


class Space:
    def __init__(self, shape: tuple[int, ...], dtype: Any = "float32") -> None:
        self.shape, self.dtype = shape, dtype

    def seed(self, seed: int | None = None) -> None: ...

    def contains(self, value: Any) -> bool:
        return True


class Box(Space):
    """Numbers between two limits."""

    def __init__(self, low: Any = -1.0, high: Any = 1.0, shape: Any = None, dtype: Any = "float32") -> None:
        import numpy

        super().__init__(tuple(shape) if shape is not None else numpy.shape(low), dtype)
        self.low, self.high = (numpy.broadcast_to(limit, self.shape).astype("float32") for limit in (low, high))

    def sample(self) -> Any:
        import numpy

        return numpy.random.uniform(-1, 1, self.shape).astype("float32")


class Discrete(Space):
    """One of some ways."""

    def __init__(self, n: int, *args: Any, **options: Any) -> None:
        super().__init__((), "int64")
        self.n = int(n)

    def sample(self) -> int:
        import numpy

        return int(numpy.random.randint(self.n))


class Env:
    """Also the base of a script's own."""

    metadata: dict[str, Any] = {}
    render_mode = None
    observation_space: Any = None
    action_space: Any = None

    @property
    def unwrapped(self) -> Any:
        return self

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any: ...
    def seed(self, seed: int | None = None) -> None: ...
    def render(self) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Env:
        return self

    def __exit__(self, *args: object) -> None: ...


class Made(Env):
    """An environment in which every step is worth something, and a little more to some acts."""

    def __init__(self, name: str) -> None:
        seen, ways = next((sizes for word, sizes in SPACES.items() if word in name), (4, 2))
        self.spec = SimpleNamespace(id=name, max_episode_steps=STEPS, reward_threshold=None)
        self.observation_space = Box(-1.0, 1.0, (seen,))
        self.action_space = Discrete(ways) if ways else Box(-1.0, 1.0, (max(1, seen // 4),))
        self.steps = 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> Any:
        self.steps = 0
        return self.observation_space.sample(), {}

    def step(self, action: Any) -> Any:
        import numpy

        self.steps += 1
        worth = 1.0 + 0.1 * float(numpy.mean(action))
        return self.observation_space.sample(), worth, self.steps >= STEPS, False, {}


class Wrapper(Env):
    """Hands everything on."""

    def __init__(self, env: Any, *args: Any, **options: Any) -> None:
        self.env = env
        self.observation_space, self.action_space = env.observation_space, env.action_space

    @property
    def unwrapped(self) -> Any:
        return self.env.unwrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["env"], name)

    def reset(self, **options: Any) -> Any:
        return self.env.reset(**options)

    def step(self, action: Any) -> Any:
        return self.env.step(action)


def make(name: Any, *args: Any, **options: Any) -> Any:
    return Made(str(name))


def fill(module: ModuleType, run: Run) -> None:
    """Environments, spaces, and wrappers, which change nothing."""
    root = module.__name__.split(".")[0]
    if module.__name__ == root:
        for part in ("spaces", "wrappers"):
            module.__dict__[part] = importlib.import_module(f"{root}.{part}")
    known = {"make": make, "Env": Env, "Box": Box, "Discrete": Discrete, "Space": Space}
    of_wrappers = dict.fromkeys(("Wrapper", "ObservationWrapper", "RewardWrapper", "ActionWrapper"), Wrapper)
    module.__dict__.update(known, **of_wrappers, register=lambda *a, **k: None)
    if module.__name__ == f"{root}.wrappers":
        module.__dict__["_fallback"] = lambda name: Wrapper
