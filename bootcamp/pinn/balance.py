"""Weights of the loss terms: fixed, from the size of their gradients, or learned as uncertainties."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bootcamp.course import nearest

import torch
from torch import Tensor


class LossBalance(Protocol):
    """What `fit` asks of an object that sets the weights of the terms."""

    def start(self, names: Sequence[str], parameters: Sequence[Tensor]) -> list[Tensor]:
        """Called before the first step; returns further tensors that Adam trains."""

    def due(self, step: int) -> bool:
        """Whether `update` wants to be called before this step of Adam."""

    def update(self, losses: Mapping[str, Tensor], parameters: Sequence[Tensor]) -> None:
        """Change the weights, knowing the losses of the terms."""

    def total(self, losses: Mapping[str, Tensor]) -> Tensor:
        """The number that training lowers."""

    def freeze(self) -> None:
        """Called before L-BFGS: from now on the weights stay."""

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps."""

    def load(self, state: dict[str, Any]) -> None:
        """Take up the state from a checkpoint."""


class FixedWeights:
    """Weights that stay as they are.

    Args:
        weights: name of a term -> factor, positive; 1 for a term that is not named.

    Attributes:
        weights: name of each term -> its weight now.
    """

    def __init__(self, weights: Mapping[str, float] | None = None):
        self.given = dict(weights or {})
        self.weights: dict[str, float] = dict(self.given)

    def start(self, names: Sequence[str], parameters: Sequence[Tensor]) -> list[Tensor]:
        """Check the names and values of the weights."""
        for name, weight in self.given.items():
            if name not in names:
                raise ValueError(f"there is a weight for '{name}', but no such term.{nearest(name, names)}")
            if not isinstance(weight, int | float) or not math.isfinite(weight) or weight < 0:
                raise ValueError(f"the weight of '{name}' is a number of at least 0, not {weight!r}")
        self.weights = {name: float(self.given.get(name, 1.0)) for name in names}
        return []

    def due(self, step: int) -> bool:
        """Never."""
        return False

    def update(self, losses: Mapping[str, Tensor], parameters: Sequence[Tensor]) -> None:
        """Nothing to do."""

    def total(self, losses: Mapping[str, Tensor]) -> Tensor:
        """Weighted sum of the losses."""
        return sum(self.weights[name] * loss for name, loss in losses.items())

    def freeze(self) -> None:
        """Nothing to do."""

    def state(self) -> dict[str, Any]:
        """The weights."""
        return {"weights": dict(self.weights)}

    def load(self, state: dict[str, Any]) -> None:
        """Take up the weights."""
        self.weights = dict(state["weights"])


class AnnealedWeights(FixedWeights):
    """Weights that bring the gradients of all terms to the size of that of one term (learning-rate annealing).

    Every `every` steps the weight of each other term moves by the part `rate` towards

        largest |gradient of the leading term| / (mean |gradient of this term|).

    Source: Wang, Teng and Perdikaris, SIAM J. Sci. Comput. 43 (2021), https://doi.org/10.1137/20M1318043, equations
    40-41 (their alpha is `rate`).

    Args:
        leading: name of the term whose weight stays 1, usually the residual of the differential equation.
        every: steps between two updates.
        rate: part of the way in each update, above 0 and at most 1.

    Raises:
        ValueError: `every` or `rate` is out of range; at the start of the training: there is no such term.
    """

    def __init__(self, leading: str, every: int = 10, rate: float = 0.1):
        super().__init__()
        if every < 1 or not 0 < rate <= 1:
            raise ValueError(f"every is at least 1 and the rate above 0 and at most 1, not {every} and {rate}")
        self.leading, self.every, self.rate = leading, every, rate

    def start(self, names: Sequence[str], parameters: Sequence[Tensor]) -> list[Tensor]:
        """Set all weights to 1."""
        if self.leading not in names:
            raise ValueError(f"there is no term '{self.leading}' to lead.{nearest(self.leading, names)}")
        return super().start(names, parameters)

    def due(self, step: int) -> bool:
        """Every `every` steps."""
        return step % self.every == 0

    def update(self, losses: Mapping[str, Tensor], parameters: Sequence[Tensor]) -> None:
        """Move the weights towards the ratio of the gradients."""
        sizes = {name: _gradient(loss, parameters).abs() for name, loss in losses.items()}
        largest = sizes[self.leading].max()
        for name, size in sizes.items():
            mean = size.mean()
            if name != self.leading and mean > 0:
                aim = (largest / mean).item()
                self.weights[name] += self.rate * (aim - self.weights[name])


def _gradient(loss: Tensor, parameters: Sequence[Tensor]) -> Tensor:
    """Gradient as one vector, over the parameters that the loss depends on."""
    gradients = torch.autograd.grad(loss, list(parameters), retain_graph=True, allow_unused=True)
    return torch.cat([gradient.reshape(-1) for gradient in gradients if gradient is not None])


class UncertaintyWeights(FixedWeights):
    """Weights learned as the uncertainties of the terms: the total is the sum of L exp(-s) / 2 + s / 2 over all terms.

    s, one number for each term, is trained together with the network; exp(s) is the variance of the residual. L-BFGS
    goes on with the weights exp(-s) / 2 found by Adam, without the logarithm.

    Source: Kendall, Gal and Cipolla, CVPR 2018, https://doi.org/10.1109/CVPR.2018.00781.
    """

    def __init__(self):
        super().__init__()
        self.log_variance: dict[str, Tensor] = {}
        self.frozen = False

    def start(self, names: Sequence[str], parameters: Sequence[Tensor]) -> list[Tensor]:
        """Set s to 0 for every term."""
        super().start(names, parameters)
        first = parameters[0]
        kind = {"dtype": first.dtype, "device": first.device}
        self.log_variance = {name: torch.zeros((), requires_grad=True, **kind) for name in names}
        self.frozen = False
        return list(self.log_variance.values())

    def total(self, losses: Mapping[str, Tensor]) -> Tensor:
        """The sum above; the weighted sum alone once frozen."""
        self.weights = {name: 0.5 * math.exp(-s.item()) for name, s in self.log_variance.items()}
        if self.frozen:
            return super().total(losses)
        return sum(0.5 * (torch.exp(-s) * losses[name] + s) for name, s in self.log_variance.items())

    def freeze(self) -> None:
        """From now on s stays, and the total is the weighted sum alone."""
        self.frozen = True

    def state(self) -> dict[str, Any]:
        """The value s of every term."""
        return {"log_variance": {name: s.item() for name, s in self.log_variance.items()}, "frozen": self.frozen}

    def load(self, state: dict[str, Any]) -> None:
        """Take up s of every term."""
        self.frozen = state["frozen"]
        with torch.no_grad():
            for name, value in state["log_variance"].items():
                self.log_variance[name].fill_(value)
