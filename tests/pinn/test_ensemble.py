"""Networks trained side by side end where each would have ended alone."""

from bootcamp import pinn

import numpy as np
import pytest
import torch


def network(seed, name="fully connected", **options):
    torch.manual_seed(seed)
    return pinn.make_network(name, 1, 1, width=6, depth=2, lower=0.0, upper=1.0, **options).double()


def residual(model, x):
    return pinn.derivatives(lambda z: z * (1 - z) * model(z), x).second[:, :, 0] - torch.exp(x)


@pytest.mark.parametrize("name", pinn.NETWORKS)
def test_residuals_are_those_of_each_network(name):
    networks = [network(seed, name) for seed in range(3)]
    places = torch.rand(3, 7, 1, dtype=torch.float64)
    found = pinn.Ensemble(networks).map(residual, places)
    for i in range(3):
        assert torch.allclose(found[i], residual(networks[i], places[i]), atol=1e-10)


def test_training_is_that_of_each_network():
    networks = [network(seed) for seed in range(3)]
    places = torch.rand(3, 9, 1, dtype=torch.float64)
    ensemble = pinn.Ensemble(networks)
    together = pinn.fit({"equation": ensemble.residuals(residual, places)}, ensemble, adam_steps=40)
    alone = 0.0
    with torch.no_grad():
        values = ensemble(places[0])
    for i, single in enumerate(networks):
        history = pinn.fit({"equation": lambda m=single, i=i: residual(m, places[i])}, single, adam_steps=40)
        alone += history.total[-1]
        with torch.no_grad():
            assert torch.allclose(values[i], single(places[0]), atol=1e-8)
    assert np.isclose(together.total[-1], alone, rtol=1e-8)


def test_the_networks_given_stay_as_they_are():
    single = network(0)
    before = [parameter.clone() for parameter in single.parameters()]
    ensemble = pinn.Ensemble([single, network(1)])
    pinn.fit({"equation": ensemble.residuals(residual, torch.rand(2, 5, 1).double())}, ensemble, adam_steps=5)
    assert all(torch.equal(a, b) for a, b in zip(before, single.parameters(), strict=True))


def test_size_and_shape():
    ensemble = pinn.Ensemble([network(0), network(1)])
    assert pinn.parameter_count(ensemble) == 2 * pinn.parameter_count(network(0))
    assert ensemble(torch.zeros(4, 1).double()).shape == (2, 4, 1)


def test_adaptive_slopes_are_trained_one_by_one():
    ensemble = pinn.Ensemble([network(seed, adaptive=1.0) for seed in range(2)])
    slopes = [p for p in ensemble.parameters() if p.shape == (2,)]
    pinn.fit({"equation": ensemble.residuals(residual, torch.rand(2, 9, 1).double())}, ensemble, adam_steps=20)
    assert len(slopes) == 2
    assert all(slope[0] != slope[1] for slope in slopes)


def test_points_changed_in_place_are_seen():
    ensemble = pinn.Ensemble([network(0)])
    places = torch.full((1, 3, 1), 0.2).double()
    term = ensemble.residuals(residual, places)
    before = term().detach().clone()
    places.fill_(0.8)
    assert not torch.allclose(before, term())


def test_wrong_networks():
    with pytest.raises(ValueError, match="at least one network"):
        pinn.Ensemble([])
    with pytest.raises(ValueError, match="equal structure"):
        pinn.Ensemble([network(0), network(0, "siren", omega=3.0), pinn.FullyConnected(1, 1, width=5).double()])
