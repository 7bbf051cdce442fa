"""Networks of the room: sizes, shapes, and how they start."""

import math

from bootcamp import pinn

import pytest
import torch


def linear(inputs, outputs):
    """Numbers in a linear layer."""
    return (inputs + 1) * outputs


COUNTS = {
    "fully connected": linear(2, 8) + 2 * linear(8, 8) + linear(8, 3),
    "fourier features": linear(2 + 2 * 5, 8) + 2 * linear(8, 8) + linear(8, 3),
    "siren": linear(2, 8) + 2 * linear(8, 8) + linear(8, 3),
    "modified fourier": 3 * linear(2 + 2 * 5, 8) + 2 * linear(8, 8) + linear(8, 3),
    "highway": linear(2, 8) + 6 * linear(8, 8) + linear(8, 3),
    "deep galerkin": linear(2, 8) + 3 * (linear(2, 32) + linear(8, 32)) + linear(8, 3),
    "multiplicative filter": 4 * linear(2, 8) + 3 * linear(8, 8) + linear(8, 3),
}


@pytest.mark.parametrize("name", pinn.NETWORKS)
class TestEveryNetwork:
    def test_number_of_parameters(self, name):
        options = {"features": 5} if "fourier" in name else {}
        assert pinn.parameter_count(pinn.make_network(name, 2, 3, width=8, depth=3, **options)) == COUNTS[name]

    def test_shape_dtype_and_no_mixing_of_rows(self, name):
        network, x = pinn.make_network(name, 2, 3).double(), torch.rand(6, 2, dtype=torch.float64)
        assert network(x).shape == (6, 3) and network(x).dtype == torch.float64
        assert torch.allclose(network(x)[2:4], network(x[2:4]), atol=1e-14)

    def test_scales_its_inputs(self, name):
        torch.manual_seed(1)
        plain = pinn.make_network(name, 2, 1)
        torch.manual_seed(1)
        scaled = pinn.make_network(name, 2, 1, lower=(0, -10), upper=(4, 10))
        x = torch.tensor([[0.0, -10.0], [2.0, 0.0], [4.0, 10.0]])
        assert torch.allclose(scaled(x), plain(torch.tensor([[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]])), atol=1e-6)

    def test_state_is_complete(self, name):
        first, second = (pinn.make_network(name, 1, 1, lower=0, upper=2) for _ in range(2))
        second.load_state_dict(first.state_dict())
        x = torch.rand(4, 1)
        assert torch.equal(first(x), second(x))

    @pytest.mark.parametrize("size", ["width", "depth", "inputs", "outputs"])
    def test_refuses_a_size_of_zero(self, name, size):
        with pytest.raises(ValueError, match=size):
            pinn.make_network(name, **({"inputs": 1, "outputs": 1} | {size: 0}))


class TestStart:
    def test_siren_keeps_the_spread_of_its_activations(self):
        torch.manual_seed(0)
        network = pinn.Siren(1, 1, width=256, depth=6, omega=30.0)
        x = torch.rand(512, 1) * 2 - 1
        spread = []
        for layer in network.hidden:
            x = torch.sin(30.0 * layer(x))
            spread.append(x.std().item())
        assert spread[1:] == pytest.approx([1 / math.sqrt(2)] * 5, abs=0.08)
        bound = math.sqrt(6 / 256) / 30
        assert 0.99 * bound < network.hidden[2].weight.abs().max() <= bound

    def test_glorot_weights(self):
        torch.manual_seed(0)
        weight = pinn.FullyConnected(1, 1, width=200, depth=2).hidden[1].weight
        assert weight.std().item() == pytest.approx(math.sqrt(2 / 400), rel=0.03)

    def test_fourier_frequencies_are_normal_and_not_trained(self):
        torch.manual_seed(0)
        network = pinn.FourierFeatures(1, 1, features=4000, scale=7.0)
        assert network.features.frequencies.std().item() == pytest.approx(7.0, rel=0.05)
        assert not any(parameter.shape == (1, 4000) for parameter in network.parameters())

    def test_highway_gates_start_nearly_closed(self):
        torch.manual_seed(0)
        network = pinn.Highway(1, 1, width=64)
        opening = torch.sigmoid(network.gates[0](torch.tanh(network.encoding(torch.rand(100, 1)))))
        assert opening.mean().item() < 0.4

    def test_filters_start_within_their_largest_frequency(self):
        network = pinn.MultiplicativeFilter(1, 1, depth=3, scale=20.0)
        assert all(layer.weight.abs().max() <= 5.0 for layer in network.filters)

    def test_same_seed_same_network(self):
        networks = []
        for _ in range(2):
            torch.manual_seed(5)
            networks.append(pinn.ModifiedFourier(1, 1))
        assert torch.equal(networks[0](torch.ones(1, 1)), networks[1](torch.ones(1, 1)))


class TestAdaptiveActivation:
    def test_starts_as_the_plain_activation_and_is_trained(self):
        torch.manual_seed(0)
        plain = pinn.FullyConnected(1, 1)
        torch.manual_seed(0)
        adaptive = pinn.FullyConnected(1, 1, adaptive=10.0)
        x = torch.rand(5, 1)
        assert torch.allclose(plain(x), adaptive(x), atol=1e-6)
        assert pinn.parameter_count(adaptive) == pinn.parameter_count(plain) + 3
        adaptive(x).sum().backward()
        assert adaptive.slopes[0].slope.grad.abs() > 0

    def test_scale_of_at_least_one(self):
        with pytest.raises(ValueError, match="at least 1"):
            pinn.AdaptiveActivation(scale=0.5)


class TestRefused:
    def test_unknown_network_with_the_nearest_name(self):
        with pytest.raises(ValueError, match="Did you mean 'siren'"):
            pinn.make_network("sirene", 1, 1)

    def test_unknown_activation_with_the_nearest_name(self):
        with pytest.raises(ValueError, match="Did you mean 'tanh'"):
            pinn.FullyConnected(1, 1, activation="tan")

    @pytest.mark.parametrize(
        ("lower", "upper", "word"), [(0, None, "both"), (1, 1, "below"), ((0, 0, 0), (1, 1, 1), "2 inputs")]
    )
    def test_box(self, lower, upper, word):
        with pytest.raises(ValueError, match=word):
            pinn.FullyConnected(2, 1, lower=lower, upper=upper)
