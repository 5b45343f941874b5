"""Settings that lie over each other: what the later ones say counts, and of the others nothing is lost."""

from __future__ import annotations

from tests.rules.idioms import NEVER, TRAIN, WRAP, found

SAVES = """\
if cfg.out.save:
    model.save_pretrained(cfg.out.folder)
"""


def merged(*layers: str) -> list[str]:
    """What is found where a save hangs on settings that are merged of these."""
    head = "from omegaconf import OmegaConf\nimport sys\ncfg = OmegaConf.load(sys.argv[1])\n"
    return found(head + f"cfg = OmegaConf.merge({', '.join(layers)})\n" + WRAP + TRAIN + SAVES)


def test_what_is_said_last_counts() -> None:
    assert merged("cfg", '{"out": {"save": False}}') == NEVER
    assert merged("cfg", '{"out": {"save": True}}') == []
    assert merged("cfg", '{"out": {"save": False}}', '{"out": {"save": True}}') == []
    assert merged('{"out": {"save": True, "folder": "out"}}', '{"out": {"save": False}}') == NEVER


def test_what_comes_later_and_is_not_seen_may_say_anything() -> None:
    assert merged('{"out": {"save": False}}', "cfg") == []
    assert merged('{"out": {"save": False}}', '{"out": cfg}') == []


def test_settings_beside_them_stay() -> None:
    assert merged('{"out": {"save": True, "folder": "out"}}', '{"rank": 8}') == []
    assert merged('{"out": {"save": False, "folder": "out"}}', '{"rank": 8}') == NEVER
