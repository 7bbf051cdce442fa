"""Several networks of one kind, trained side by side as if each were alone."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

Network = Callable[[Tensor], Tensor]


class Ensemble(nn.Module):
    """Networks that differ only in the values of their parameters, evaluated together by `torch.func.vmap`.

    One evaluation of small networks costs mostly overhead, so five of them together take about twice the time of one.
    Adam treats every number on its own: as long as the loss is a sum over the members, as the terms of `residuals`
    make it, each member ends where it would have ended alone. L-BFGS would couple them.

    Args:
        networks: modules of equal structure, at least one; they are copied.

    Raises:
        ValueError: there is no network, or the structures differ.
    """

    def __init__(self, networks: Sequence[nn.Module]):
        super().__init__()
        if not networks:
            raise ValueError("an ensemble has at least one network")
        shapes = {tuple((name, p.shape) for name, p in network.named_parameters()) for network in networks}
        if len(shapes) > 1:
            raise ValueError(f"the networks of an ensemble have equal structure, not {len(shapes)} different ones")
        self.count = len(networks)
        values, self._fixed = torch.func.stack_module_state(list(networks))
        self._names = list(values)
        self.members = nn.ParameterList(value.detach().clone() for value in values.values())
        self._model = [networks[0]]  # in a list, so that its own parameters are not counted as trained ones

    def map(self, function: Callable[..., Tensor], *arguments: Tensor) -> Tensor:
        """function(network, a, ...) for each member with its own slice a of every argument (members, ...).

        Returns:
            (members, ...), stacked.
        """

        def one(values: dict, fixed: dict, *slices: Tensor) -> Tensor:
            network = lambda x: torch.func.functional_call(self._model[0], (values, fixed), (x,))  # noqa: E731
            return function(network, *slices)

        values = dict(zip(self._names, self.members, strict=True))
        return torch.func.vmap(one)(values, self._fixed, *arguments)

    def residuals(self, function: Callable[..., Tensor], *arguments: Tensor) -> Callable[[], Tensor]:
        """Term for `fit`: the residuals of all members, scaled so that their mean square is the sum over the members.

        Args:
            function: (network, x, ...) -> residuals of one member.
            arguments: tensors (members, ...); one that is changed in place counts from the next step on.
        """
        return lambda: math.sqrt(self.count) * self.map(function, *arguments)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (members, n, outputs) at the same points x (n, inputs) for all members."""
        return self.map(lambda network, points: network(points), x.expand(self.count, *x.shape))
