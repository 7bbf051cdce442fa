"""Derivatives of networks: against autograd, shapes, several outputs, and what is refused."""

from bootcamp import pinn
from bootcamp.pinn.derivatives import METHODS

import pytest
import torch

DOUBLE = {"dtype": torch.float64}


def by_autograd(network, x):
    """Values, first and unmixed second derivatives by nested reverse mode."""
    x = x.clone().requires_grad_()
    value = network(x) + 0 * (x**3).sum(dim=1, keepdim=True)  # a constant output, too, depends on x for autograd
    first, second = [], []
    for j in range(value.shape[1]):
        slope = torch.autograd.grad(value[:, j].sum(), x, create_graph=True)[0]
        bend = [torch.autograd.grad(slope[:, k].sum(), x, create_graph=True)[0][:, k] for k in range(x.shape[1])]
        first.append(slope)
        second.append(torch.stack(bend, 1))
    return value, torch.stack(first, 1), torch.stack(second, 1)


@pytest.fixture(params=[(1, 1), (1, 3), (2, 3), (5, 2)], ids="{0[0]}-{0[1]}".format)
def case(request):
    inputs, outputs = request.param
    torch.manual_seed(3)
    return pinn.FullyConnected(inputs, outputs, 12, 2).double(), torch.rand(7, inputs, **DOUBLE)


class TestNumbers:
    @pytest.mark.parametrize("method", METHODS)
    def test_equal_autograd_to_ten_digits(self, case, method):
        network, x = case
        found, expected = pinn.derivatives(network, x, method=method), by_autograd(network, x)
        assert all(a.shape == b.shape for a, b in zip(found, expected, strict=True))
        assert all(torch.allclose(a, b, rtol=0, atol=1e-10) for a, b in zip(found, expected, strict=True))

    @pytest.mark.parametrize("method", METHODS)
    def test_gradients_by_the_parameters_equal_autograd(self, case, method):
        network, x = case

        def loss(parts):
            return sum(((i + 1) * part).square().mean() for i, part in enumerate(parts))

        parameters = list(network.parameters())
        found = torch.autograd.grad(loss(pinn.derivatives(network, x, method=method)), parameters)
        expected = torch.autograd.grad(loss(by_autograd(network, x)), parameters)
        assert all(torch.allclose(a, b, rtol=1e-10, atol=1e-10) for a, b in zip(found, expected, strict=True))

    @pytest.mark.parametrize("method", METHODS)
    def test_order_one_is_the_first_part_of_order_two(self, case, method):
        network, x = case
        one, two = pinn.derivatives(network, x, 1, method), pinn.derivatives(network, x, 2, method)
        assert one.second is None
        assert torch.allclose(one.value, two.value, atol=1e-14) and torch.allclose(one.first, two.first, atol=1e-14)

    @pytest.mark.parametrize("name", pinn.NETWORKS)
    def test_every_network_of_the_room_has_all_rules(self, name):
        torch.manual_seed(0)
        network, x = pinn.make_network(name, 2, 2, width=6, depth=2).double(), torch.rand(4, 2, **DOUBLE)
        found = pinn.derivatives(network, x, method="jets")
        assert all(torch.allclose(a, b, atol=1e-10) for a, b in zip(found, by_autograd(network, x), strict=True))

    @pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
    def test_dtype_follows_the_points(self, dtype):
        network = pinn.FullyConnected(2, 1, 4, 1).to(dtype)
        assert {part.dtype for part in pinn.derivatives(network, torch.rand(3, 2, dtype=dtype))} == {dtype}


def twos(x):
    return torch.full((len(x), 1), 2.0, **DOUBLE)


POSITIVE = torch.tensor([[0.5, 1.5], [1.2, 0.7], [2.0, 0.9]], **DOUBLE)
COLUMN, ROW = torch.tensor([[1.0], [2.0], [3.0]], **DOUBLE), torch.tensor([2.0, -1.0], **DOUBLE)
SLOPE = torch.tensor(1.5, requires_grad=True, **DOUBLE)
FUNCTIONS = {
    "polynomial": lambda x: 1 - 3 * x**2 + x**3 / 4 - (2 - x),
    "powers": lambda x: x**0.5 + x**-2 + x**0 + x**1,
    "products": lambda x: x[:, :1] * x * ROW + COLUMN * x - x * x[:, 1:],
    "quotients": lambda x: 1 / x + x[:, :1] / x + x / COLUMN + torch.div(x, 2) + torch.reciprocal(x),
    "elementary": lambda x: x.exp() + torch.sin(x) * x.cos() + torch.log(x) + x.sqrt() + x.square() - torch.neg(x),
    "activations": lambda x: torch.tanh(x) + torch.sigmoid(x) + torch.nn.functional.silu(x),
    "gelu": lambda x: torch.nn.functional.gelu(x),
    "columns": lambda x: torch.stack([x[:, 0] * x[:, 1], x[:, 1] ** 2], dim=1),
    "joined": lambda x: torch.cat([x, twos(x), x[:, :1] - 1], dim=-1),
    "new axis": lambda x: (x[:, 0] ** 2).unsqueeze(1) + x[:, 1].unsqueeze(-1).squeeze(1).unsqueeze(1),
    "matrix": lambda x: torch.sin(x @ torch.tensor([[1.0, 2.0, 3.0], [0.5, 0.0, -1.0]], **DOUBLE)),
    "parameter": lambda x: SLOPE * x + (SLOPE - x) + SLOPE / x + x / SLOPE,
    "tensor first": lambda x: COLUMN + COLUMN * x - (COLUMN - x) * (ROW + x),
    "constant beside": lambda x: COLUMN + x * 0,
}
BEYOND = {
    "softplus": lambda x: torch.nn.functional.softplus(x),
    "sum": lambda x: (x**3).sum(dim=1, keepdim=True),
    "comparison": lambda x: torch.where(x > 1, x**2, x),
    "base": lambda x: 2.0**x,
    "tanh gelu": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
    "layer norm": lambda x: torch.nn.functional.layer_norm(torch.cat([x**2, x**3], dim=1), (4,)),
}


class TestRules:
    @pytest.mark.parametrize("name", FUNCTIONS)
    def test_rule_equals_autograd(self, name):
        found, expected = (
            f(FUNCTIONS[name], POSITIVE) for f in (lambda *a: pinn.derivatives(*a, method="jets"), by_autograd)
        )
        assert all(torch.allclose(a, b, rtol=1e-12, atol=1e-12) for a, b in zip(found, expected, strict=True))

    @pytest.mark.parametrize("name", BEYOND)
    def test_operation_without_a_rule_is_left_to_autograd(self, name):
        with pytest.raises((AttributeError, TypeError)):
            pinn.derivatives(BEYOND[name], POSITIVE, method="jets")
        found, expected = pinn.derivatives(BEYOND[name], POSITIVE), by_autograd(BEYOND[name], POSITIVE)
        assert all(torch.allclose(a, b, atol=1e-11) for a, b in zip(found, expected, strict=True))

    def test_operands_that_would_mix_rows_have_no_rule(self):
        with pytest.raises(AttributeError, match="no jet rule"):
            pinn.derivatives(lambda x: x[:, 0] * COLUMN, POSITIVE, method="jets")

    def test_output_that_does_not_depend_on_the_input_has_zero_derivatives(self):
        found = pinn.derivatives(twos, POSITIVE)
        assert found.first.shape == found.second.shape == (3, 1, 2)
        assert not found.first.any() and not found.second.any()


class TestAutograd:
    def test_piecewise_linear_network_has_zero_second_derivatives(self):
        found = pinn.derivatives(lambda x: torch.relu(x - 1), POSITIVE)
        assert torch.equal(found.first.sum(2), (POSITIVE > 1).double()) and not found.second.any()

    @pytest.mark.parametrize("method", METHODS)
    def test_without_gradients_by_the_parameters(self, method):
        with torch.no_grad():
            found = pinn.derivatives(pinn.FullyConnected(2, 1).double(), POSITIVE, method=method)
        assert not any(part.requires_grad for part in found)

    @pytest.mark.parametrize("method", METHODS)
    def test_points_that_require_gradients(self, method):
        x = POSITIVE.clone().requires_grad_()
        second = pinn.derivatives(lambda x: x**4, x, method=method).second
        slope = torch.autograd.grad(second.sum(), x)[0]
        assert torch.allclose(slope, 24 * POSITIVE)

    def test_second_differences(self):
        network, h = FUNCTIONS["elementary"], 1e-4
        found = pinn.derivatives(network, POSITIVE).second[:, :, 0]
        step = torch.tensor([h, 0.0], **DOUBLE)
        difference = (network(POSITIVE + step) - 2 * network(POSITIVE) + network(POSITIVE - step)) / h**2
        assert torch.allclose(found, difference, atol=1e-6)


class TestRefused:
    @pytest.mark.parametrize(
        ("x", "word"),
        [
            (torch.rand(5), r"\(5,\)"),
            (torch.rand(5, 1, 1), r"\(5, 1, 1\)"),
            (torch.ones(5, 1, dtype=torch.int64), "int64"),
            ([[1.0]], "list"),
        ],
    )
    def test_points_of_another_shape_or_kind(self, x, word):
        with pytest.raises(ValueError, match=word):
            pinn.derivatives(torch.tanh, x)

    @pytest.mark.parametrize("order", [0, 3, "2"])
    def test_order(self, order):
        with pytest.raises(ValueError, match="1 or 2"):
            pinn.derivatives(torch.tanh, torch.rand(3, 1), order)

    def test_method(self):
        with pytest.raises(ValueError, match="autograd"):
            pinn.derivatives(torch.tanh, torch.rand(3, 1), method="reverse")

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("network", [lambda x: x[:, 0], lambda x: x[:2]])
    def test_network_without_one_row_for_each_point(self, network, method):
        with pytest.raises(ValueError, match=r"returns \(3, outputs\)"):
            pinn.derivatives(network, torch.rand(3, 2), method=method)

    def test_error_of_the_network_itself_reaches_the_learner(self):
        with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
            pinn.derivatives(torch.nn.Linear(3, 1), torch.rand(5, 2))
