"""The recipes of the lab for the bar and the springs."""

from bootcamp import exercises, pinn

import numpy as np
import pytest
import torch


class TestBar:
    def test_few_steps_reach_a_percent(self):
        torch.manual_seed(0)
        found = pinn.solve_bar(adam_steps=60, lbfgs_steps=80, monitor_every=20)
        assert found.history.monitor["error"][-1] < 1e-2
        assert found.history.monitor_step[-1] == 140 and set(found.history.monitor) == {"error", "flux"}

    def test_ends_are_exact_before_any_training(self):
        found = pinn.solve_bar(adam_steps=0, lbfgs_steps=0)
        assert found.function(torch.tensor([[0.0], [2.0]], dtype=torch.float64)).flatten().tolist() == [0.0, 100.0]

    def test_residuals_of_the_exact_solution_are_zero(self):
        middle, slope = 1 / 101, 100 / 101
        kind = {"dtype": torch.float64}
        x, one = torch.linspace(0, 1, 5, **kind)[:, None], torch.ones(1, 1, **kind)
        terms = pinn.bar_terms(lambda x: middle * x, lambda x: middle + slope * (x - 1), x, one, 10.0, 0.1)
        assert all(term().abs().max().item() < 1e-12 for term in terms.values())
        wrong = pinn.bar_terms(lambda x: middle * x, lambda x: middle + 0.9 * (x - 1), x, one, 10.0, 0.1)
        assert wrong["flux"]().item() == pytest.approx(slope - 0.9)

    def test_bad_conductivity(self):
        with pytest.raises(ValueError, match="d2 is positive"):
            pinn.solve_bar(d2=-1.0)


class TestSprings:
    def test_few_steps_reach_a_few_percent(self):
        torch.manual_seed(0)
        found = pinn.solve_springs(adam_steps=50, lbfgs_steps=200)
        assert found.history.monitor["error"][-1] < 0.05

    def test_start_is_exact_before_any_training(self):
        network = pinn.SpringsNetwork().double()
        found = pinn.derivatives(network, torch.zeros(1, 1, dtype=torch.float64))
        assert found.value.flatten().tolist() == list(pinn.START) and not found.first.any()

    def test_residuals_of_the_exact_motion_are_zero(self):
        def motion(t):
            first, second, third = torch.cos(t), torch.cos(t * 3**0.5), torch.cos(2 * t)
            parts = (first / 6 + second / 2 + third / 3, first / 3 - third / 3, first / 6 - second / 2 + third / 3)
            return torch.cat(parts, dim=1)

        t = torch.linspace(0, 10, 30, dtype=torch.float64)[:, None]
        assert torch.allclose(motion(t), pinn.springs_exact(t))
        assert pinn.springs_residual(motion, t).abs().max() < 1e-12
        heavier = pinn.springs_residual(motion, t, masses=(2.0, 1.0, 1.0))
        assert heavier[:, 0].abs().max() > 1 and heavier[:, 1:].abs().max() < 1e-12

    def test_features_reach_the_fastest_mode_of_the_chain(self):
        k = pinn.STIFFNESSES
        matrix = np.diag(np.add(k[:3], k[1:])) - np.diag(k[1:3], 1) - np.diag(k[1:3], -1)
        bound = np.sqrt(np.abs(matrix).sum(1).max())
        assert np.sqrt(np.linalg.eigvalsh(matrix).max()) <= bound + 1e-12 and max(pinn.FREQUENCIES) == bound


def test_checks_of_the_room_are_found():
    assert all(name.startswith("pinn.") for name in exercises.exercise_names("pinn"))
