from pathlib import Path

from bootcamp import pinn
from bootcamp.notebooks import authoring

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
DOUBLE = {"dtype": torch.float64}
T = torch.linspace(0.0, 3.0, 7, **DOUBLE)[:, None]
AT_START = torch.tensor([[[1.0, 0.0, 0.5]], [[0.2, -1.0, 0.0]]], **DOUBLE)


def network(inputs=1):
    layers = torch.nn.Linear(inputs, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)
    return torch.nn.Sequential(*layers).double()


def exact(masses=pinn.MASSES, stiffnesses=pinn.STIFFNESSES):
    """The exact motion as a sum of cosines, so that it can be differentiated."""
    root = torch.tensor(masses, **DOUBLE).sqrt()
    k = torch.tensor(stiffnesses, **DOUBLE)
    matrix = torch.diag(k[:3] + k[1:]) - torch.diag(k[1:3], 1) - torch.diag(k[1:3], -1)
    squares, modes = torch.linalg.eigh(matrix / (root[:, None] * root))
    shares = (root * torch.tensor(pinn.START, **DOUBLE)) @ modes
    return lambda t: (torch.cos(t * squares.sqrt()) * shares) @ modes.T * (1.0 / root)


@pytest.mark.parametrize(
    ("masses", "stiffnesses"), [(pinn.MASSES, pinn.STIFFNESSES), ((0.5, 2.0, 1.5), (1.0, 3.0, 0.5, 2.5))]
)
def test_the_exact_motion_has_no_residual(masses, stiffnesses):
    motion = exact(masses, stiffnesses)
    expected = torch.as_tensor(pinn.springs_motion(T.numpy(), masses, stiffnesses))
    assert torch.allclose(motion(T), expected, atol=1e-12)
    assert pinn.springs_residual(motion, T, masses, stiffnesses).abs().max() < 1e-12


@pytest.mark.parametrize("index", range(7))
def test_every_constant_matters(index):
    constants = [*pinn.MASSES, *pinn.STIFFNESSES]
    constants[index] *= 1.1
    residual = pinn.springs_residual(exact(), T, constants[:3], constants[3:])
    assert residual.abs().max() > 0.01


def test_forces_between_masses_cancel():
    model = network()
    free = pinn.springs_residual(model, T, (1.0, 1.0, 1.0), (0.0, 3.0, 4.0, 0.0)).sum(dim=1)
    acceleration = pinn.derivatives(model, T).second[:, :, 0].sum(dim=1)
    assert torch.allclose(free, acceleration, atol=1e-12)


def test_constants_can_be_trained():
    mass = torch.tensor(2.0, **DOUBLE, requires_grad=True)
    pinn.springs_residual(network(), T, (mass, 1.0, 1.0)).square().mean().backward()
    assert mass.grad.abs() > 0


@pytest.mark.parametrize("scale", [0.0, 1.0, 100.0])
def test_the_start_is_exact_for_every_network(scale):
    inner = network()
    motion = pinn.from_start(lambda t: scale * inner(t), AT_START)
    assert torch.allclose(pinn.state_at(motion, torch.zeros(1, 1, **DOUBLE)), AT_START, atol=1e-12)
    assert torch.isfinite(motion(1e6 * T)).all()


def test_state_is_value_and_slope():
    state = pinn.state_at(lambda t: torch.cat([t, t**2, t**3], dim=1), T)
    assert state.shape == (2, 7, 3)
    assert torch.allclose(state[1], torch.cat([torch.ones_like(T), 2 * T, 3 * T**2], dim=1))


def test_sines_and_their_derivatives():
    omega = torch.tensor([1.0, 2.5], **DOUBLE)
    found = pinn.derivatives(pinn.Sines(omega), T, method="jets")
    assert torch.allclose(found.value, torch.cat([torch.sin(T * omega), torch.cos(T * omega)], dim=1))
    assert torch.allclose(found.second[:, :, 0], -(torch.cat([omega, omega]) ** 2) * found.value)
    assert pinn.Sines(omega).float()(T.float()).dtype == torch.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pinn.Sines(torch.ones(1, 2)), "frequencies are (features,)"),
        (lambda: pinn.Sines(torch.ones(0)), "at least one"),
        (lambda: pinn.from_start(network(), AT_START[0]), "(2, 1, masses)"),
        (lambda: pinn.springs_residual(network(), T, (1.0, 1.0)), "three masses"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert message in str(error.value)


def test_the_notebook_builds_what_the_room_holds():
    notebook = authoring.read(ROOT / "PINN" / "04_Spring_Mass.ipynb")
    names = ("def equation(", "class Sines(", "def from_start(")
    sources = [cell.source for cell in authoring.code_cells(notebook) if any(name in cell.source for name in names)]
    built = {"torch": torch, "pinn": pinn, "duration": 10.0, "at_start": AT_START, "layers": lambda n: [network(n)]}
    built |= {"tanh_network": lambda length: network(), "waves": 4}
    built["stiffness"] = torch.tensor([[3.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 3.0]], **DOUBLE)
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        for source in sources:
            exec(source, built)
        model, omega = network(), torch.tensor([1.0, 2.5])
        assert len(sources) == len(names)
        assert torch.allclose(built["equation"](model, T), pinn.springs_residual(model, T), atol=1e-12)
        assert torch.equal(built["state_at"](model, T), pinn.state_at(model, T))
        assert torch.equal(built["from_start"](model, AT_START)(T), pinn.from_start(model, AT_START)(T))
        assert torch.equal(built["Sines"](omega)(T), pinn.Sines(omega)(T))
    finally:
        torch.set_default_dtype(default)
