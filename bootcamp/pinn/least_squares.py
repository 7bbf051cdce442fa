"""Gauss-Newton training with damping (Levenberg-Marquardt) for small networks.

A loss that is a mean of squares has more structure than its gradient shows. Near theta the residuals are linear,
r(theta + s) = r + J s, and the step s that makes this linear model smallest solves a system with J^T J. For a network
with one or two thousand parameters that system is small, and the rows of J come cheaply: each residual depends on the
network at its own point or points, so one backward pass gives the rows of all points at once.

Sources: Marquardt 1963, https://doi.org/10.1137/0111030; for networks that solve flow problems Jnini, Vella and
Zeinhofer 2024, https://doi.org/10.48550/arXiv.2402.10680.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bootcamp import runtime
from bootcamp.pinn.jets import Jet
from bootcamp.pinn.training import TrainingDivergedError

import torch
from scipy.linalg import get_blas_funcs
from torch import Tensor, nn

Term = Callable[[], Tensor]

LEAST_DAMPING, TRIES = 1e-10, 8


@dataclass
class GaussNewtonHistory:
    """What a training did: one entry per step, taken before the step; `loss` is the mean square of each term."""

    loss: dict[str, list[float]]
    monitor: dict[str, list[float]]
    step: list[int] = field(default_factory=list)
    monitor_step: list[int] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    damping: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class _Recorder:
    """Notes what goes into and comes out of each linear layer while a term is evaluated."""

    def __init__(self, network: nn.Module):
        self.layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
        self.calls: list[tuple[nn.Linear, Any, Any]] = []

    def __enter__(self) -> "_Recorder":
        self.handles = [layer.register_forward_hook(self._note) for layer in self.layers]
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self.handles:
            handle.remove()

    def _note(self, layer: nn.Linear, inputs: tuple[Any, ...], output: Any) -> None:
        self.calls.append((layer, inputs[0], output))


def network_parameters(network: nn.Module) -> list[nn.Parameter]:
    """Weight and bias of every linear layer, in the order in which `residual_jacobian` has their columns.

    Raises:
        ValueError: the network has trainable parameters outside of its linear layers, or a layer without bias.
    """
    layers = [module for module in network.modules() if isinstance(module, nn.Linear)]
    if any(layer.bias is None for layer in layers):
        raise ValueError("every linear layer needs a bias")
    found = [parameter for layer in layers for parameter in (layer.weight, layer.bias)]
    if {id(p) for p in found} != {id(p) for p in network.parameters() if p.requires_grad}:
        raise ValueError("a network for Gauss-Newton has its trainable parameters in linear layers only")
    return found


def residual_jacobian(term: Term, network: nn.Module, extra: Sequence[Tensor] = ()) -> tuple[Tensor, Tensor]:
    """Residuals of a term and their derivatives with respect to all parameters.

    The term evaluates the network once, at n points, and returns residuals (r,) or (r, m). Residual i depends on the
    network at the points i n/r to (i + 1) n/r - 1 only: at its own point (r = n), or at a group of its own, as in an
    integral.

    Args:
        term: function without arguments.
        network: its linear layers are called once each.
        extra: further trainable scalars.

    Returns:
        residuals (r, m) and their Jacobian (r, m, parameters), columns as in `network_parameters`, then `extra`.

    Raises:
        ValueError: the layers were not called exactly once each, or r does not divide n.
    """
    with _Recorder(network) as recorder, torch.enable_grad():
        residuals = term()
    calls = {id(layer): (inputs, output) for layer, inputs, output in recorder.calls}
    if len(recorder.calls) != len(recorder.layers) or len(calls) != len(recorder.layers):
        raise ValueError("a term for Gauss-Newton evaluates the network exactly once")
    ordered = [calls[id(layer)] for layer in recorder.layers]
    residuals = residuals if residuals.ndim == 2 else residuals[:, None]
    points = _parts(ordered[0][0]).shape[1]
    if points % len(residuals):
        raise ValueError(f"{len(residuals)} residuals from {points} points: the first must divide the second")
    columns = [_rows(residuals[:, m], ordered, extra) for m in range(residuals.shape[1])]
    return residuals.detach(), torch.stack(columns, dim=1)


def _parts(x: Any) -> Tensor:
    return x.parts if isinstance(x, Jet) else x[None]


def _rows(residual: Tensor, calls: Sequence[tuple[Any, Any]], extra: Sequence[Tensor]) -> Tensor:
    """Jacobian (r, parameters) of one kind of residual (r,)."""
    outputs = [output.parts if isinstance(output, Jet) else output for _, output in calls]
    slopes = torch.autograd.grad(residual.sum(), outputs, retain_graph=True, materialize_grads=True)
    blocks = []
    for (inputs, output), slope in zip(calls, slopes, strict=True):
        slope = slope if isinstance(output, Jet) else slope[None]
        grouped = [t.unflatten(1, (len(residual), -1)) for t in (slope, _parts(inputs).detach())]
        weight = torch.einsum("krgo,krgi->roi", *grouped)
        blocks += [weight.flatten(1), grouped[0][0].sum(dim=1)]
    return torch.cat(blocks + [_scalar_column(residual, scalar) for scalar in extra], dim=1)


def _scalar_column(residual: Tensor, scalar: Tensor) -> Tensor:
    """Derivative (r, 1) of residuals (r,) with respect to a scalar: the gradient of w . dr/ds with respect to w."""
    w = torch.zeros_like(residual, requires_grad=True)
    (slope,) = torch.autograd.grad(
        residual, scalar, grad_outputs=w, create_graph=True, retain_graph=True, allow_unused=True
    )
    if slope is None:
        return residual.new_zeros(len(residual), 1)
    return torch.autograd.grad(slope.sum(), w, retain_graph=True)[0][:, None]


def gauss_newton(
    terms: Mapping[str, Term],
    network: nn.Module,
    steps: int,
    extra: Sequence[Tensor] = (),
    damping: float = 0.01,
    resample: Callable[[int], None] | None = None,
    resample_every: int = 10,
    monitor: Mapping[str, Callable[[], float]] | None = None,
    monitor_every: int = 10,
    description: str = "Gauss-Newton",
) -> GaussNewtonHistory:
    """Make the sum of the mean squares of all terms small by damped Gauss-Newton steps; changes the network in place.

    Args:
        terms: name -> function that returns residuals, see `residual_jacobian`.
        network: parameters in linear layers; float64 is advised.
        steps: number of accepted or given-up steps.
        extra: further trainable scalars.
        damping: added to the diagonal of J^T J at first; falls when steps succeed, rises when they fail.
        resample: called with the number of the step before step 0 and every `resample_every` steps.
        resample_every: steps between two calls of `resample`.
        monitor: name -> function whose value is noted every `monitor_every` steps and at the end.
        monitor_every: steps between two values of `monitor`.
        description: text of the progress bar.

    Raises:
        TrainingDivergedError: a residual is not finite; the network keeps the last good state.
    """
    parameters = [*network_parameters(network), *extra]
    history = GaussNewtonHistory({name: [] for name in terms}, {name: [] for name in monitor or {}})
    start = time.perf_counter()
    for step in runtime.progress(range(steps), description):
        if resample is not None and step % resample_every == 0:
            resample(step)
        if monitor and step % monitor_every == 0:
            _monitor(history, monitor, step)
        matrix, gradient, losses = _normal_equations(terms, network, extra)
        history.step.append(step)
        history.total.append(sum(losses.values()))
        for name, loss in losses.items():
            history.loss[name].append(loss)
        damping = _advance(terms, parameters, matrix, gradient, history.total[-1], damping)
        history.damping.append(damping)
        history.seconds.append(time.perf_counter() - start)
    if monitor:
        _monitor(history, monitor, steps)
    return history


def _monitor(history: GaussNewtonHistory, monitor: Mapping[str, Callable[[], float]], step: int) -> None:
    history.monitor_step.append(step)
    for name, function in monitor.items():
        history.monitor[name].append(float(function()))


def _normal_equations(
    terms: Mapping[str, Term], network: nn.Module, extra: Sequence[Tensor]
) -> tuple[Tensor, Tensor, dict[str, float]]:
    """J^T J, J^T r and the loss of each term."""
    matrix, gradient, losses = 0.0, 0.0, {}
    for name, term in terms.items():
        residuals, jacobian = residual_jacobian(term, network, extra)
        if not bool(residuals.isfinite().all()):
            raise TrainingDivergedError(f"the residual of the term '{name}' is not finite")
        r, rows = residuals.flatten(), jacobian.flatten(0, 1)
        matrix = matrix + _gram(rows) / len(residuals)
        gradient = gradient + rows.T @ r / len(residuals)
        losses[name] = float(r @ r) / len(residuals)
    return matrix, gradient, losses


def _gram(rows: Tensor) -> Tensor:
    """rows^T rows (p, p) of rows (r, p); on the CPU by the symmetric product of BLAS, which does half the work."""
    if rows.device.type != "cpu":
        return rows.T @ rows
    (syrk,) = get_blas_funcs(("syrk",), dtype=rows.numpy().dtype)
    lower = torch.from_numpy(syrk(1.0, rows.numpy().T, lower=1))
    return lower + lower.tril(-1).T


def _advance(
    terms: Mapping[str, Term],
    parameters: Sequence[Tensor],
    matrix: Tensor,
    gradient: Tensor,
    loss: float,
    damping: float,
) -> float:
    """Take one step, with more damping as long as the loss would rise; returns the damping for the next step."""
    before = [parameter.detach().clone() for parameter in parameters]
    for _ in range(TRIES):
        damped = matrix + damping * torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)
        factor, failed = torch.linalg.cholesky_ex(damped)
        if not int(failed):
            move = torch.cholesky_solve(gradient[:, None], factor)[:, 0]
            promised = float(2 * gradient @ move - move @ (matrix @ move))
            _move(parameters, before, move)
            gain = loss - _total(terms)
            if gain > 0:
                share = gain / promised if promised > 0 else 1.0
                return max(damping / 3, LEAST_DAMPING) if share > 0.5 else damping * (2.0 if share < 0.25 else 1.0)
        damping *= 4
    _move(parameters, before, torch.zeros_like(gradient))
    return damping


def _move(parameters: Sequence[Tensor], before: Sequence[Tensor], move: Tensor) -> None:
    parts = move.split([parameter.numel() for parameter in parameters])
    with torch.no_grad():
        for parameter, start, part in zip(parameters, before, parts, strict=True):
            parameter.copy_(start - part.view_as(start))


def _total(terms: Mapping[str, Term]) -> float:
    with torch.no_grad():
        residuals = [term() for term in terms.values()]
    total = sum(float(r.square().sum()) / len(r) for r in residuals)
    return total if math.isfinite(total) else math.inf
