"""Points in a box and importance sampling."""

import warnings

from bootcamp import pinn

import numpy as np
import pytest
import torch
from scipy.stats import qmc


@pytest.mark.parametrize("name", pinn.SAMPLERS)
class TestSamplers:
    def test_inside_the_box_and_reproducible(self, name):
        sampler = pinn.SAMPLERS[name]
        x, again, other = (sampler((0, -1), (2, 3), 37, seed, dtype=torch.float64) for seed in (1, 1, 2))
        assert x.shape == (37, 2) and x.dtype == torch.float64
        assert (x >= torch.tensor([0, -1])).all() and (x <= torch.tensor([2, 3])).all()
        assert torch.equal(x, again) and not torch.equal(x, other)

    def test_one_input_by_plain_numbers_without_warnings(self, name):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            x = pinn.SAMPLERS[name](0, 1, 100, 0)
        assert x.shape == (100, 1) and x.dtype == torch.get_default_dtype()

    @pytest.mark.parametrize(
        ("box", "count", "word"), [((1, 0), 5, "below"), ((0, 1), 0, "at least 1"), ((0, np.nan), 5, "below")]
    )
    def test_refused(self, name, box, count, word):
        with pytest.raises(ValueError, match=word):
            pinn.SAMPLERS[name](*box, count, 0)


class TestEvenness:
    def test_latin_hypercube_has_one_point_in_each_interval(self):
        x = pinn.latin_hypercube((0, 0, 0), (1, 1, 1), 50, 3).numpy()
        assert all(sorted(np.floor(column * 50)) == list(range(50)) for column in x.T)

    def test_low_discrepancy_beats_random(self):
        found = {name: qmc.discrepancy(f((0, 0), (1, 1), 256, 0).numpy()) for name, f in pinn.SAMPLERS.items()}
        assert max(found["halton"], found["sobol"]) < found["uniform"] / 10

    def test_sobol_of_a_power_of_two_fills_every_interval(self):
        x = pinn.sobol((0, 0), (1, 1), 64, 0).numpy()
        assert all(sorted(np.floor(column * 64)) == list(range(64)) for column in x.T)


class TestImportance:
    candidates = torch.linspace(0, 1, 20_000, dtype=torch.float64)[:, None]

    def test_density_is_that_of_the_method(self):
        x = pinn.importance_points(self.candidates, self.candidates * 7, 2000, seed=0, power=1, offset=1)
        # p = x / (1/2) + 1, normalized: (2 x + 1) / 2; mean 1/3 + 1/4 = 7/12
        assert x.mean().item() == pytest.approx(7 / 12, abs=0.02)

    def test_power_zero_is_uniform_and_no_point_comes_twice(self):
        x = pinn.importance_points(self.candidates, self.candidates, 3000, seed=0, power=0)
        assert x.mean().item() == pytest.approx(0.5, abs=0.02) and len(x.unique()) == 3000

    def test_reproducible_and_for_several_components(self):
        r = torch.cat([self.candidates, 1 - self.candidates], 1)
        a, b, c = (pinn.importance_points(self.candidates, r, 10, seed) for seed in (1, 1, 2))
        assert torch.equal(a, b) and not torch.equal(a, c)

    def test_refused(self):
        x = self.candidates[:10]
        with pytest.raises(ValueError, match="one residual"):
            pinn.importance_points(x, x[:5], 3, 0)
        with pytest.raises(ValueError, match="at most as many"):
            pinn.importance_points(x, x, 11, 0)
        with pytest.raises(ValueError, match="not finite"):
            pinn.importance_points(x, x / 0, 3, 0)
        with pytest.raises(ValueError, match="offset"):
            pinn.importance_points(x, x * 0, 3, 0, offset=0)
        with pytest.raises(ValueError, match="at least 0"):
            pinn.importance_points(x, x, 3, 0, power=-1)
