"""Training: what it reaches, what it records, how it stops, resumes and refuses."""

import itertools
import math
import signal
import threading

from bootcamp import pinn
from bootcamp.pinn import balance as balances

import numpy as np
import pytest
import torch

X = torch.linspace(0, 1, 24, dtype=torch.float64)[:, None]


def problem(seed=0):
    """Network and terms of u'' = 1, u(0) = u(1) = 0."""
    torch.manual_seed(seed)
    network = pinn.FullyConnected(1, 1, 8, 1, lower=0, upper=1).double()
    terms = {
        "equation": lambda: pinn.derivatives(network, X).second - 1,
        "ends": lambda: network(X[[0, -1]]),
    }
    return network, terms


def press_once():
    """Monitor that presses Ctrl-C when it is first evaluated."""
    pressed = []
    return {"press": lambda: 0.0 if pressed else pressed.append(signal.raise_signal(signal.SIGINT)) or 0.0}


def numbers(network):
    return torch.cat([parameter.detach().reshape(-1) for parameter in network.parameters()])


class TestResult:
    def test_adam_then_lbfgs_solves_the_parabola(self):
        network, terms = problem()
        history = pinn.fit(terms, network, adam_steps=100, lbfgs_steps=200, learning_rate=1e-2)
        assert pinn.relative_l2(network(X), pinn.parabola_exact(X)) < 1e-3
        assert history.stopped == "finished" and history.step[-1] == 300

    def test_float32(self):
        network = pinn.FullyConnected(1, 1, 8, 1)
        x = X.float()
        terms = {"equation": lambda: pinn.derivatives(network, x).second - 1, "ends": lambda: network(x[[0, -1]])}
        history = pinn.fit(terms, network, adam_steps=50, lbfgs_steps=100, learning_rate=1e-2)
        assert history.total[-1] < 1e-3 and next(network.parameters()).dtype == torch.float32

    def test_lbfgs_reaches_losses_far_below_the_tolerances_of_pytorch(self):
        value = torch.tensor([3.0, -2.0], dtype=torch.float64, requires_grad=True)
        history = pinn.fit({"r": lambda: 1e-4 * (value - 1) * torch.tensor([1.0, 30.0])}, value, lbfgs_steps=60)
        assert torch.allclose(value, torch.ones(2, dtype=torch.float64), atol=1e-9)
        assert history.stopped in {"finished", "no further progress"}

    def test_weights_shift_the_minimum(self):
        value = torch.zeros((), requires_grad=True)
        terms = {"a": lambda: value - 1, "b": lambda: value + 1}
        pinn.fit(terms, [value], lbfgs_steps=20, weights={"a": 3.0})
        assert value.item() == pytest.approx(0.5, abs=1e-6)

    def test_modules_and_tensors_are_trained_together(self):
        network, terms = problem()
        factor = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
        before = numbers(network)
        pinn.fit(terms | {"factor": lambda: factor - 1}, [network, factor], adam_steps=3)
        assert factor.item() < 2.0 and not torch.equal(before, numbers(network))

    def test_schedule(self):
        value = torch.zeros(1, requires_grad=True)
        steps = []
        pinn.fit(
            {"r": lambda: value - 1e6},
            value,
            adam_steps=4,
            learning_rate=0.1,
            schedule=lambda fraction: steps.append((fraction, value.item())) or pinn.cosine_decay(fraction),
        )
        assert [fraction for fraction, _ in steps] == [0, 0.25, 0.5, 0.75]
        moved = [b[1] - a[1] for a, b in itertools.pairwise(steps)]
        assert moved == pytest.approx([0.1 * pinn.cosine_decay(f) for f in (0, 0.25, 0.5)], rel=1e-4)
        assert pinn.exponential_decay(0.01)(0.5) == pytest.approx(0.1)

    def test_accumulation_averages_the_gradients_of_several_evaluations(self):
        targets = iter([0.0, 0.0] + [1.0, 3.0] * 50)
        value = torch.zeros(1, requires_grad=True)
        seen = []

        def term():
            seen.append(next(targets))
            return value - seen[-1]

        history = pinn.fit({"r": term}, value, adam_steps=1, accumulate=2)
        assert len(seen) == 1 + 2 + 1 and history.loss["r"][0] == pytest.approx((seen[1] ** 2 + seen[2] ** 2) / 2)


class TestHistory:
    def test_losses_are_mean_squares_without_weights(self):
        network, terms = problem()
        expected = {name: term().square().mean().item() for name, term in terms.items()}
        history = pinn.fit(terms, network, adam_steps=2, weights={"ends": 10.0})
        assert {name: losses[0] for name, losses in history.loss.items()} == pytest.approx(expected)
        assert history.total[0] == pytest.approx(expected["equation"] + 10 * expected["ends"])
        assert history.step == [0, 1, 2] and history.phase == ["adam"] * 3

    def test_all_lists_belong_together_and_time_grows(self):
        network, terms = problem()
        history = pinn.fit(terms, network, adam_steps=5, lbfgs_steps=30)
        count = len(history.step)
        assert {len(history.phase), len(history.total), len(history.seconds), len(history.loss["ends"])} == {count}
        assert history.step == [0, 1, 2, 3, 4, 5, 25, 35] and history.phase == ["adam"] * 5 + ["lbfgs"] * 3
        assert history.seconds == sorted(history.seconds) and history.total[-1] < history.total[0]

    def test_monitors_and_the_time_to_a_value(self):
        network, terms = problem()
        errors = {
            "error": lambda: pinn.relative_l2(network(X), pinn.parabola_exact(X)),
            "norm": lambda: network(X).norm(),
        }
        history = pinn.fit(
            terms, network, adam_steps=20, lbfgs_steps=80, learning_rate=1e-2, monitor=errors, monitor_every=10
        )
        assert history.monitor_step == [10, 20, 40, 60, 80, 100] and set(history.monitor) == {"error", "norm"}
        reached = history.monitor["error"][-1]
        assert history.seconds_to("error", reached) == history.monitor_seconds[-1]
        assert history.seconds_to("error", 0.0) == math.inf
        with pytest.raises(ValueError, match="Did you mean 'error'"):
            history.seconds_to("errors", 0.1)


class TestStop:
    def test_target_loss(self):
        network, terms = problem()
        history = pinn.fit(terms, network, adam_steps=5000, learning_rate=1e-2, stop=0.05)
        assert history.stopped == "target reached" and history.step[-1] < 5000 and min(history.total) <= 0.05

    def test_function_of_the_history(self):
        network, terms = problem()
        history = pinn.fit(terms, network, adam_steps=50, stop=lambda history: history.step[-1] >= 7)
        assert history.stopped == "target reached" and history.step[-1] == 8

    def test_no_further_progress(self):
        value = torch.ones(1, dtype=torch.float64, requires_grad=True)
        history = pinn.fit({"r": lambda: value}, value, lbfgs_steps=100_000)
        assert history.stopped == "no further progress" and value.abs().item() < 1e-6

    def test_ctrl_c_ends_after_the_step_and_gives_the_history(self, tmp_path):
        network, terms = problem()
        before = signal.getsignal(signal.SIGINT)
        path = tmp_path / "checkpoint.pt"
        options = {"monitor": press_once(), "monitor_every": 5, "checkpoint": path}
        history = pinn.fit(terms, network, adam_steps=1000, **options)
        assert history.stopped == "interrupted" and history.step[-1] < 10 and path.exists()
        assert signal.getsignal(signal.SIGINT) is before

    def test_ctrl_c_within_a_term_restores_the_last_good_state(self):
        network, terms = problem()
        calls, states = [], []

        def pressed():
            calls.append(1)
            states.append(numbers(network))
            if len(calls) == 6:
                raise KeyboardInterrupt
            return terms["ends"]()

        with pytest.raises(KeyboardInterrupt):
            pinn.fit({"ends": pressed}, network, adam_steps=20)
        assert torch.equal(numbers(network), states[-2])

    def test_other_threads_train_without_the_handler(self):
        network, terms = problem()
        found = []
        thread = threading.Thread(target=lambda: found.append(pinn.fit(terms, network, adam_steps=2).stopped))
        thread.start()
        thread.join()
        assert found == ["finished"]


class TestDivergence:
    @pytest.mark.parametrize("bad", [math.nan, math.inf])
    @pytest.mark.parametrize("steps", [{"adam_steps": 50}, {"lbfgs_steps": 50}])
    def test_names_the_term_and_keeps_the_last_good_state(self, bad, steps):
        network, terms = problem()
        calls, states = [], []

        def breaking():
            calls.append(1)
            states.append(numbers(network))
            return terms["ends"]() * (bad if len(calls) == 8 else 1)

        with pytest.raises(pinn.TrainingDivergedError, match="term 'ends' is not finite in step"):
            pinn.fit(terms | {"ends": breaking}, network, **steps)
        assert any(torch.equal(numbers(network), state) for state in states[:-1])
        assert all(torch.isfinite(term()).all() for term in terms.values())

    def test_too_large_a_learning_rate(self):
        value = torch.ones(1, requires_grad=True)
        with pytest.raises(pinn.TrainingDivergedError, match="'r'"):
            pinn.fit(
                {"r": lambda: torch.exp(value) - 1 / value.clamp(max=0.1)}, value, adam_steps=50, learning_rate=90.0
            )
        assert torch.isfinite(value).all()


RUN = """
import os, sys
from tests.pinn.test_training import renewed
if len(sys.argv) > 2:
    renewed("fixed", sys.argv[1], 130, lambda: os._exit(9))
print(renewed("fixed", sys.argv[1]) == renewed("fixed", None), os.path.exists(sys.argv[1]))
"""


class KilledError(BaseException):
    """Nothing handles this, so a training that meets it leaves what a kill would leave."""


def renewed(kind, path, last=0, end=None):
    """Train with renewed points and a balance; call `end` at the evaluation number `last`; all that came out."""
    torch.manual_seed(0)
    network, generator = pinn.FullyConnected(1, 1, 8, 1, lower=0, upper=1).double(), torch.Generator().manual_seed(1)
    x, calls = torch.zeros(16, 1, dtype=torch.float64), []

    def equation():
        calls.append(1)
        if len(calls) == last:
            end()
        return pinn.derivatives(network, x).second - 1

    kinds = {"fixed": None, "annealed": pinn.AnnealedWeights("equation"), "uncertain": pinn.UncertaintyWeights()}
    history = pinn.fit(
        {"equation": equation, "ends": lambda: network(X[[0, -1]])},
        network,
        adam_steps=60,
        lbfgs_steps=120,
        learning_rate=1e-2,
        balance=kinds[kind],
        resample=lambda step: x.copy_(torch.rand(16, 1, generator=generator, dtype=torch.float64)),
        resample_every=7,
        state={"x": x},
        generator=generator,
        checkpoint=path,
        checkpoint_every=10,
    )
    return numbers(network).tolist(), history.total, history.loss, history.step, history.stopped


def killed():
    raise KilledError


class TestCheckpoint:
    def test_killed_process_resumes_to_the_same_bits(self, run_python, tmp_path):
        path = tmp_path / "checkpoint.pt"
        assert run_python(RUN, str(path), "kill").returncode == 9 and path.exists()
        assert run_python(RUN, str(path)).stdout.split() == ["True", "False"]

    @pytest.mark.parametrize("kind", ["fixed", "annealed", "uncertain"])
    @pytest.mark.parametrize("ends", [(30, 40), (63, 70), (90, 30)])
    def test_resumes_to_the_same_bits_after_every_phase(self, tmp_path, kind, ends):
        path = tmp_path / "checkpoint.pt"
        for last in ends:
            with pytest.raises(KilledError):
                renewed(kind, path, last, killed)
            assert path.exists()
        assert renewed(kind, path) == renewed(kind, None)
        assert not path.exists()

    def interrupted(self, path, **options):
        network, terms = problem()
        return pinn.fit(
            terms, network, adam_steps=40, monitor=press_once(), monitor_every=20, checkpoint=path, **options
        )

    def test_interrupted_by_ctrl_c_resumes_to_the_same_result(self, tmp_path):
        assert self.interrupted(tmp_path / "c.pt").stopped == "interrupted"
        network, terms = problem(seed=5)
        history = pinn.fit(terms, network, adam_steps=40, checkpoint=tmp_path / "c.pt")
        whole, terms = problem()
        expected = pinn.fit(terms, whole, adam_steps=40)
        assert torch.equal(numbers(network), numbers(whole))
        assert history.total == expected.total and history.step == expected.step

    def test_file_holds_no_code(self, tmp_path):
        self.interrupted(tmp_path / "c.pt")
        assert torch.load(tmp_path / "c.pt", weights_only=True)["step"] > 0
        assert [path.name for path in tmp_path.iterdir()] == ["c.pt"]

    @pytest.mark.parametrize("change", [{"adam_steps": 50}, {"learning_rate": 0.1}, {"weights": {"ends": 2.0}}])
    def test_checkpoint_of_another_training_is_refused(self, tmp_path, change):
        self.interrupted(tmp_path / "c.pt")
        network, terms = problem()
        with pytest.raises(ValueError, match=f"another training: {next(iter(change))}"):
            pinn.fit(terms, network, **({"adam_steps": 40} | change), checkpoint=tmp_path / "c.pt")

    def test_damaged_checkpoint_is_refused(self, tmp_path):
        (tmp_path / "c.pt").write_bytes(b"nothing")
        network, terms = problem()
        with pytest.raises(ValueError, match="no readable checkpoint"):
            pinn.fit(terms, network, adam_steps=1, checkpoint=tmp_path / "c.pt")


class TestRefused:
    @pytest.mark.parametrize("terms", [{}, None, [lambda: 0]])
    def test_no_terms(self, terms):
        with pytest.raises(ValueError, match="at least one entry"):
            pinn.fit(terms, problem()[0], adam_steps=1)

    def test_term_that_is_no_function(self):
        with pytest.raises(ValueError, match="'ends' is a function"):
            pinn.fit({"ends": torch.zeros(1)}, problem()[0], adam_steps=1)

    @pytest.mark.parametrize("value", [3.0, torch.zeros(0)])
    def test_term_without_residuals(self, value):
        with pytest.raises(ValueError, match="'ends' returns residuals as a tensor"):
            pinn.fit({"ends": lambda: value}, problem()[0], adam_steps=1)

    def test_term_that_does_not_depend_on_the_parameters(self):
        network, terms = problem()
        other = problem()[1]["ends"]
        for term in (other, lambda: X - 1):
            with pytest.raises(ValueError, match="'wrong' does not depend on the parameters"):
                pinn.fit(terms | {"wrong": term}, network, adam_steps=1)

    def test_weight_of_an_unknown_term(self):
        network, terms = problem()
        with pytest.raises(ValueError, match="Did you mean 'ends'"):
            pinn.fit(terms, network, adam_steps=1, weights={"end": 1.0})
        with pytest.raises(ValueError, match="at least 0"):
            pinn.fit(terms, network, adam_steps=1, weights={"ends": -1.0})

    @pytest.mark.parametrize(
        ("option", "value"), [("adam_steps", -1), ("lbfgs_steps", 1.5), ("learning_rate", 0), ("accumulate", 0)]
    )
    def test_numbers(self, option, value):
        network, terms = problem()
        with pytest.raises(ValueError, match=option):
            pinn.fit(terms, network, **{option: value})

    def test_parameters(self):
        terms = problem()[1]
        for parameters, word in (([], "nothing to train"), (["a"], "str"), (torch.zeros(1), "requires_grad")):
            with pytest.raises(ValueError, match=word):
                pinn.fit(terms, parameters, adam_steps=1)

    def test_weights_and_a_balance(self):
        network, terms = problem()
        with pytest.raises(ValueError, match="either"):
            pinn.fit(terms, network, weights={"ends": 1.0}, balance=pinn.UncertaintyWeights())


class TestBalance:
    def test_annealing_brings_the_gradients_to_the_size_of_the_leading_one(self):
        a, b = (torch.ones(4, requires_grad=True) for _ in range(2))
        balance = pinn.AnnealedWeights("big", every=1, rate=1.0)
        balance.start(["big", "small"], [a, b])
        balance.update({"big": 1000 * a.square().mean(), "small": a.square().mean() + b.square().mean()}, [a, b])
        # gradients: 500 in each entry of a; 0.5 in each entry of a and b
        assert balance.weights == pytest.approx({"big": 1.0, "small": 1000.0})

    def test_annealing_moves_by_its_rate(self):
        a = torch.ones(4, requires_grad=True)
        balance = pinn.AnnealedWeights("big", rate=0.1)
        balance.start(["big", "small"], [a])
        balance.update({"big": 101 * a.square().mean(), "small": a.square().mean()}, [a])
        assert balance.weights["small"] == pytest.approx(1 + 0.1 * 100)
        assert [step for step in range(25) if balance.due(step)] == [0, 10, 20]

    def test_uncertainties_reach_the_variances_of_the_residuals(self):
        generator = torch.Generator().manual_seed(0)
        noise = {
            "quiet": 0.1 * torch.randn(500, generator=generator),
            "loud": 3 * torch.randn(500, generator=generator),
        }
        value = torch.zeros(1, requires_grad=True)
        balance = pinn.UncertaintyWeights()
        terms = {name: lambda n=n: value - n for name, n in noise.items()}
        pinn.fit(terms, value, adam_steps=600, learning_rate=0.05, balance=balance)
        expected = {name: 0.5 / (value - n).square().mean().item() for name, n in noise.items()}
        assert balance.weights == pytest.approx(expected, rel=0.02)

    @pytest.mark.parametrize("make", [lambda: pinn.AnnealedWeights("equation"), pinn.UncertaintyWeights])
    def test_both_work_with_adam_then_lbfgs(self, make):
        network, terms = problem()
        pinn.fit(terms, network, adam_steps=150, lbfgs_steps=100, learning_rate=1e-2, balance=make())
        assert pinn.relative_l2(network(X), pinn.parabola_exact(X)) < 1e-2

    def test_refused(self):
        network, terms = problem()
        with pytest.raises(ValueError, match="Did you mean 'equation'"):
            pinn.fit(terms, network, adam_steps=1, balance=pinn.AnnealedWeights("equations"))
        with pytest.raises(ValueError, match="rate"):
            pinn.AnnealedWeights("equation", rate=0)
        assert issubclass(pinn.UncertaintyWeights, balances.FixedWeights)


def test_nothing_in_the_room_touches_global_state():
    """No seed, no draw, no default dtype, device, number of threads or gradient mode is changed."""
    network, terms = problem()
    region = pinn.Region.box((0, 0), (1, 1))

    def state():
        legacy = np.random.get_state()[1].tolist()  # noqa: NPY002
        settings = (
            torch.get_default_dtype(),
            torch.get_default_device(),
            torch.get_num_threads(),
            torch.is_grad_enabled(),
        )
        return torch.get_rng_state().tolist(), legacy, settings

    before = state()
    pinn.fit(terms, network, adam_steps=3, lbfgs_steps=3, balance=pinn.UncertaintyWeights())
    pinn.derivatives(network, X, method="autograd")
    region.sample_interior(5, 0), region.sample_boundary(5, 0), pinn.inverse_source_samples(noise=0.1)
    pinn.importance_points(X, X, 3, 0)
    for sampler in pinn.SAMPLERS.values():
        sampler(0, 1, 4, seed=1)
    assert state() == before
