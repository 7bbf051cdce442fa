"""The attack suite in its short form; `make attack` has all of its trials."""

from tests.attack.__main__ import PLAN, function_of
from tests.attack.trials import run

import pytest

SHORT = {
    "preparing": 3,
    "running": 2,
    "board": 2,
    "submitting": 60,
    "hurdat2": 1_000,
    "images": 120,
    "arrays": 300,
    "results_json": 40,
    "silent": 600,
    "dripping": 4,
    "uploads": 8,
}
"""Trials; what 30 learners do on a hub has no short form, see `tests/classroom/test_hub.py` for two of them."""


@pytest.mark.parametrize("planned", [p for p in PLAN if p.function in SHORT], ids=lambda planned: planned.function)
def test_nothing_is_lost(planned, tmp_path):
    attack = run(planned.name, function_of(planned), SHORT[planned.function], 300.0, tmp_path / "attack", patience=5.0)
    assert attack.losses == []
    assert attack.done >= SHORT[planned.function]


def test_a_loss_is_seen(tmp_path):
    def loses(attack):
        for number in attack.trials():
            attack.check(number != 2, f"trial {number}")
        raise ValueError("broken")

    attack = run("loses", loses, 3, 60.0, tmp_path / "attack")
    assert attack.losses == ["trial 2", "the attack itself stopped: ValueError: broken"]
    assert attack.done == 3


def test_every_attack_of_the_suite_is_tried_here_but_the_class():
    assert {planned.function for planned in PLAN} - set(SHORT) == {"learners"}
    assert sum(planned.trials for planned in PLAN if planned.name.startswith("SIGKILL")) == 200
