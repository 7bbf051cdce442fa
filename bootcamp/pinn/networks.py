"""Networks that stand for the solution of a differential equation, as small modules from (n, inputs) to (n, outputs).

Every operation in them has a rule in `bootcamp.pinn.jets`, so `derivatives` takes its fast way. Initial weights are
drawn from PyTorch's generator: `runtime.set_seed(seed)` before the call makes them reproducible. All networks are
float32 after construction, as in PyTorch; `.double()` turns them to float64.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from bootcamp.course import nearest

import torch
from torch import Tensor, nn

Activation = Callable[[Tensor], Tensor]

ACTIVATIONS: dict[str, Activation] = {
    "tanh": torch.tanh,
    "sine": torch.sin,
    "silu": nn.functional.silu,
    "gelu": nn.functional.gelu,
    "sigmoid": torch.sigmoid,
}


class AdaptiveActivation(nn.Module):
    """Activation f(s a z) with a slope a that is trained; s is fixed and a starts at 1/s.

    Source: Jagtap, Kawaguchi and Karniadakis, J. Comput. Phys. 404 (2020), https://doi.org/10.1016/j.jcp.2019.109136.

    Args:
        activation: name in `ACTIVATIONS`.
        scale: s, at least 1; the larger, the faster the slope changes in training.
    """

    def __init__(self, activation: str = "tanh", scale: float = 1.0):
        super().__init__()
        if not scale >= 1:
            raise ValueError(f"the scale of an adaptive activation is at least 1, not {scale!r}")
        self.function, self.scale = _activation(activation), float(scale)
        self.slope = nn.Parameter(torch.tensor(1.0 / scale))

    def forward(self, z: Tensor) -> Tensor:
        """Activation of z, elementwise."""
        return self.function(z * (self.scale * self.slope))


class Normalization(nn.Module):
    """Linear map of the box from `lower` to `upper` to [-1, 1] in each input; no map where neither is given.

    Args:
        inputs: number of inputs.
        lower: smallest value of each input, one number for all or one for each.
        upper: largest value of each input.

    Raises:
        ValueError: only one of the two is given, a length is wrong, or lower is not below upper.
    """

    def __init__(self, inputs: int, lower: Any = None, upper: Any = None):
        super().__init__()
        if (lower is None) != (upper is None):
            raise ValueError("give both lower and upper, or neither")
        self.active = lower is not None
        bounds = [torch.as_tensor(0.0 if bound is None else bound).float() for bound in (lower, upper)]
        if any(bound.ndim > 1 or bound.numel() not in (1, inputs) for bound in bounds):
            raise ValueError(f"lower and upper have one entry for each of the {inputs} inputs: {lower} and {upper}")
        if self.active and not bool((bounds[0] < bounds[1]).all()):
            raise ValueError(f"lower is below upper for every input, not {lower} and {upper}")
        self.register_buffer("center", (bounds[0] + bounds[1]) / 2)
        self.register_buffer("half_width", (bounds[1] - bounds[0]) / 2)

    def forward(self, x: Tensor) -> Tensor:
        """Inputs x (n, inputs) on the scale from -1 to 1."""
        return (x - self.center) / self.half_width if self.active else x


def _activation(name: str) -> Activation:
    if name not in ACTIVATIONS:
        raise ValueError(f"there is no activation '{name}' among {', '.join(ACTIVATIONS)}.{nearest(name, ACTIVATIONS)}")
    return ACTIVATIONS[name]


def _activations(name: str, count: int, adaptive: float | None) -> list[Activation]:
    """`count` activations, each with a slope of its own if `adaptive`, the scale, is given."""
    return [_activation(name) if adaptive is None else AdaptiveActivation(name, adaptive) for _ in range(count)]


def _layer(inputs: int, outputs: int) -> nn.Linear:
    """Linear layer with the weights of Glorot and Bengio and biases as PyTorch draws them."""
    layer = nn.Linear(inputs, outputs)
    nn.init.xavier_normal_(layer.weight)
    return layer


def _check_sizes(**sizes: Any) -> None:
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"{name} is an integer of at least 1, not {size!r}")


class FullyConnected(nn.Module):
    """Fully connected network: `depth` hidden layers of `width` units, and a linear output.

    Source of the initial weights: Glorot and Bengio, AISTATS 2010, https://proceedings.mlr.press/v9/glorot10a.html.

    Args:
        inputs: number of inputs.
        outputs: number of outputs.
        width: units of each hidden layer.
        depth: number of hidden layers.
        activation: name in `ACTIVATIONS`.
        lower: smallest value of each input; with `upper` the network scales its inputs to [-1, 1] itself.
        upper: largest value of each input.
        adaptive: None, or the scale of an `AdaptiveActivation` in each layer.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        width: int = 32,
        depth: int = 3,
        activation: str = "tanh",
        lower: float | Sequence[float] | None = None,
        upper: float | Sequence[float] | None = None,
        adaptive: float | None = None,
    ):
        super().__init__()
        _check_sizes(inputs=inputs, outputs=outputs, width=width, depth=depth)
        self.normalize = Normalization(inputs, lower, upper)
        self.hidden = nn.ModuleList(_layer(inputs if i == 0 else width, width) for i in range(depth))
        self.activations = _activations(activation, depth, adaptive)
        self.slopes = nn.ModuleList(a for a in self.activations if isinstance(a, nn.Module))
        self.output = _layer(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (n, outputs) at the points x (n, inputs)."""
        x = self.normalize(x)
        for layer, activation in zip(self.hidden, self.activations, strict=True):
            x = activation(layer(x))
        return self.output(x)


class SineFeatures(nn.Module):
    """The inputs followed by sin(w x) and cos(w x) for given angular frequencies w.

    Source: Tancik et al., NeurIPS 2020, https://doi.org/10.48550/arXiv.2006.10739.

    Args:
        frequencies: (inputs, features), radians per unit of the input.
    """

    def __init__(self, frequencies: Tensor):
        super().__init__()
        self.register_buffer("frequencies", torch.as_tensor(frequencies))

    @property
    def count(self) -> int:
        """Number of outputs."""
        return self.frequencies.shape[0] + 2 * self.frequencies.shape[1]

    def forward(self, x: Tensor) -> Tensor:
        """Features (n, inputs + 2 features) of x (n, inputs)."""
        phase = x @ self.frequencies
        return torch.cat([x, torch.sin(phase), torch.cos(phase)], dim=-1)


class FourierFeatures(nn.Module):
    """Fully connected network on sines and cosines of random frequencies of the (scaled) inputs.

    The frequencies are drawn once from a normal distribution and are not trained.

    Source: Tancik et al., NeurIPS 2020, https://doi.org/10.48550/arXiv.2006.10739.

    Args:
        inputs: number of inputs.
        outputs: number of outputs.
        width: units of each hidden layer.
        depth: number of hidden layers.
        features: number of frequencies.
        scale: standard deviation of the angular frequencies, radians per unit of the scaled input.
        activation: name in `ACTIVATIONS`.
        lower: smallest value of each input.
        upper: largest value of each input.
        adaptive: None, or the scale of an `AdaptiveActivation` in each layer.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        width: int = 32,
        depth: int = 3,
        features: int = 16,
        scale: float = math.pi,
        activation: str = "tanh",
        lower: float | Sequence[float] | None = None,
        upper: float | Sequence[float] | None = None,
        adaptive: float | None = None,
    ):
        super().__init__()
        _check_sizes(inputs=inputs, features=features)
        self.normalize = Normalization(inputs, lower, upper)
        self.features = SineFeatures(scale * torch.randn(inputs, features))
        self.network = FullyConnected(self.features.count, outputs, width, depth, activation, adaptive=adaptive)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (n, outputs) at the points x (n, inputs)."""
        return self.network(self.features(self.normalize(x)))


class Siren(nn.Module):
    """Network with sines as activations: sin(omega (W x + b)) in every hidden layer.

    The weights start uniform, up to 1/inputs in the first layer and up to sqrt(6/width)/omega in the others, so that
    the distribution of the activations does not change with the depth.

    Source: Sitzmann et al., NeurIPS 2020, https://doi.org/10.48550/arXiv.2006.09661.

    Args:
        inputs: number of inputs.
        outputs: number of outputs.
        width: units of each hidden layer.
        depth: number of hidden layers.
        omega: angular frequency of the first layer and factor in all; 30 for images, 1 to 10 for smooth solutions.
        lower: smallest value of each input.
        upper: largest value of each input.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        width: int = 32,
        depth: int = 3,
        omega: float = 5.0,
        lower: float | Sequence[float] | None = None,
        upper: float | Sequence[float] | None = None,
    ):
        super().__init__()
        _check_sizes(inputs=inputs, outputs=outputs, width=width, depth=depth)
        self.omega = float(omega)
        self.normalize = Normalization(inputs, lower, upper)
        self.hidden = nn.ModuleList(nn.Linear(inputs if i == 0 else width, width) for i in range(depth))
        self.output = nn.Linear(width, outputs)
        for i, layer in enumerate([*self.hidden, self.output]):
            bound = 1 / inputs if i == 0 else math.sqrt(6 / width) / self.omega
            nn.init.uniform_(layer.weight, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (n, outputs) at the points x (n, inputs)."""
        x = self.normalize(x)
        for layer in self.hidden:
            x = torch.sin(self.omega * layer(x))
        return self.output(x)


class ModifiedFourier(nn.Module):
    """Two encodings U and V of the inputs, and hidden layers that mix them: z -> (1 - h) U + h V, h = f(W z + b).

    The inputs go through Fourier features first; `features=0` leaves them out.

    Source: Wang, Teng and Perdikaris, SIAM J. Sci. Comput. 43 (2021), https://doi.org/10.1137/20M1318043, section 2.6.

    Args:
        inputs: number of inputs.
        outputs: number of outputs.
        width: units of each hidden layer.
        depth: number of hidden layers.
        features: number of random frequencies.
        scale: standard deviation of the angular frequencies, radians per unit of the scaled input.
        activation: name in `ACTIVATIONS`.
        lower: smallest value of each input.
        upper: largest value of each input.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        width: int = 32,
        depth: int = 3,
        features: int = 16,
        scale: float = math.pi,
        activation: str = "tanh",
        lower: float | Sequence[float] | None = None,
        upper: float | Sequence[float] | None = None,
    ):
        super().__init__()
        _check_sizes(inputs=inputs, outputs=outputs, width=width, depth=depth)
        self.normalize = Normalization(inputs, lower, upper)
        self.features = SineFeatures(scale * torch.randn(inputs, features)) if features else nn.Identity()
        size = self.features.count if features else inputs
        self.activation = _activation(activation)
        self.first_encoding, self.second_encoding = _layer(size, width), _layer(size, width)
        self.hidden = nn.ModuleList(_layer(size if i == 0 else width, width) for i in range(depth))
        self.output = _layer(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (n, outputs) at the points x (n, inputs)."""
        z = self.features(self.normalize(x))
        u, v = self.activation(self.first_encoding(z)), self.activation(self.second_encoding(z))
        for layer in self.hidden:
            z = u + self.activation(layer(z)) * (v - u)
        return self.output(z)


class Highway(nn.Module):
    """Hidden layers with a gate that says how much of the input passes unchanged: x -> g f(W x + b) + (1 - g) x.

    The gates start nearly closed (bias -1): at first the network carries its input through.

    Source: Srivastava, Greff and Schmidhuber, NeurIPS 2015, https://doi.org/10.48550/arXiv.1507.06228.

    Args:
        inputs: number of inputs.
        outputs: number of outputs.
        width: units of each hidden layer.
        depth: number of hidden layers with a gate, after one layer without.
        activation: name in `ACTIVATIONS`.
        lower: smallest value of each input.
        upper: largest value of each input.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        width: int = 32,
        depth: int = 3,
        activation: str = "tanh",
        lower: float | Sequence[float] | None = None,
        upper: float | Sequence[float] | None = None,
    ):
        super().__init__()
        _check_sizes(inputs=inputs, outputs=outputs, width=width, depth=depth)
        self.normalize = Normalization(inputs, lower, upper)
        self.activation = _activation(activation)
        self.encoding = _layer(inputs, width)
        self.hidden = nn.ModuleList(_layer(width, width) for _ in range(depth))
        self.gates = nn.ModuleList(_layer(width, width) for _ in range(depth))
        for gate in self.gates:
            nn.init.constant_(gate.bias, -1.0)
        self.output = _layer(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (n, outputs) at the points x (n, inputs)."""
        x = self.activation(self.encoding(self.normalize(x)))
        for layer, gate in zip(self.hidden, self.gates, strict=True):
            x = x + torch.sigmoid(gate(x)) * (self.activation(layer(x)) - x)
        return self.output(x)


class GatedLayer(nn.Module):
    """Layer of the deep Galerkin network: gates as in an LSTM, all of which also see the inputs x.

    z = f(U_z x + W_z s),  g = f(U_g x + W_g s),  r = f(U_r x + W_r s),  h = f(U_h x + W_h (s r)),
    s -> (1 - g) h + z s
    """

    def __init__(self, inputs: int, width: int, activation: Activation):
        super().__init__()
        self.activation, self.width = activation, width
        self.from_input = _layer(inputs, 4 * width)
        self.gates = _layer(width, 3 * width)
        self.candidate = _layer(width, width)

    def forward(self, x: Tensor, s: Tensor) -> Tensor:
        """New state (n, width) from the inputs x (n, inputs) and the state s (n, width)."""
        k, u, w = self.width, self.from_input(x), self.gates(s)
        z, g, r = (self.activation(u[:, i * k : (i + 1) * k] + w[:, i * k : (i + 1) * k]) for i in range(3))
        h = self.activation(u[:, 3 * k :] + self.candidate(s * r))
        return (1 - g) * h + z * s


class DeepGalerkin(nn.Module):
    """Deep Galerkin network: `depth` gated layers, each of which sees the inputs again.

    Source: Sirignano and Spiliopoulos, J. Comput. Phys. 375 (2018), https://doi.org/10.1016/j.jcp.2018.08.029,
    section 4.2.

    Args:
        inputs: number of inputs.
        outputs: number of outputs.
        width: size of the state.
        depth: number of gated layers.
        activation: name in `ACTIVATIONS`.
        lower: smallest value of each input.
        upper: largest value of each input.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        width: int = 32,
        depth: int = 3,
        activation: str = "tanh",
        lower: float | Sequence[float] | None = None,
        upper: float | Sequence[float] | None = None,
    ):
        super().__init__()
        _check_sizes(inputs=inputs, outputs=outputs, width=width, depth=depth)
        self.normalize = Normalization(inputs, lower, upper)
        self.activation = _activation(activation)
        self.encoding = _layer(inputs, width)
        self.hidden = nn.ModuleList(GatedLayer(inputs, width, self.activation) for _ in range(depth))
        self.output = _layer(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (n, outputs) at the points x (n, inputs)."""
        x = self.normalize(x)
        s = self.activation(self.encoding(x))
        for layer in self.hidden:
            s = layer(x, s)
        return self.output(s)


class MultiplicativeFilter(nn.Module):
    """Product of sine filters of the inputs with linear layers between them: z -> (W z + b) sin(F x + p).

    The result is a sum of sines whose frequencies are sums of the frequencies of the filters. There is no other
    activation.

    Source: Fathony, Sahu, Willmott and Kolter, ICLR 2021, https://openreview.net/forum?id=OmtmcPkkhT (Fourier version).

    Args:
        inputs: number of inputs.
        outputs: number of outputs.
        width: number of sines in each filter.
        depth: number of linear layers between filters; there are depth + 1 filters.
        scale: largest angular frequency of the whole product at the start, radians per unit of the scaled input.
        lower: smallest value of each input.
        upper: largest value of each input.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        width: int = 32,
        depth: int = 3,
        scale: float = 10.0,
        lower: float | Sequence[float] | None = None,
        upper: float | Sequence[float] | None = None,
    ):
        super().__init__()
        _check_sizes(inputs=inputs, outputs=outputs, width=width, depth=depth)
        self.normalize = Normalization(inputs, lower, upper)
        self.filters = nn.ModuleList(nn.Linear(inputs, width) for _ in range(depth + 1))
        self.hidden = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.output = nn.Linear(width, outputs)
        for layer in self.filters:
            nn.init.uniform_(layer.weight, -scale / (depth + 1), scale / (depth + 1))
            nn.init.uniform_(layer.bias, -math.pi, math.pi)
        for layer in self.hidden:
            nn.init.uniform_(layer.weight, -math.sqrt(1 / width), math.sqrt(1 / width))

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (n, outputs) at the points x (n, inputs)."""
        x = self.normalize(x)
        z = torch.sin(self.filters[0](x))
        for layer, sines in zip(self.hidden, self.filters[1:], strict=True):
            z = layer(z) * torch.sin(sines(x))
        return self.output(z)


NETWORKS: dict[str, type[nn.Module]] = {
    "fully connected": FullyConnected,
    "fourier features": FourierFeatures,
    "siren": Siren,
    "modified fourier": ModifiedFourier,
    "highway": Highway,
    "deep galerkin": DeepGalerkin,
    "multiplicative filter": MultiplicativeFilter,
}
"""Name -> class of every network of the lab."""


def make_network(name: str, inputs: int, outputs: int, **options: Any) -> nn.Module:
    """Network by name.

    Args:
        name: a name in `NETWORKS`.
        inputs: number of inputs.
        outputs: number of outputs.
        options: passed on to the class, for example width and depth.

    Raises:
        ValueError: there is no such network, or a size is not allowed.

    >>> make_network("siren", 1, 3, width=8)(torch.zeros(5, 1)).shape
    torch.Size([5, 3])
    """
    if name not in NETWORKS:
        raise ValueError(f"there is no network '{name}' among {', '.join(NETWORKS)}.{nearest(name, NETWORKS)}")
    return NETWORKS[name](inputs, outputs, **options)


def parameter_count(network: nn.Module) -> int:
    """Number of trainable numbers of a network."""
    return sum(parameter.numel() for parameter in network.parameters() if parameter.requires_grad)
