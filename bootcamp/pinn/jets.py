"""Value, first and second derivatives carried through a network in one pass (Taylor-mode differentiation).

A `Jet` stands where the input tensor of a network would stand. Every operation with a rule below hands on the value
together with its derivatives along each coordinate of the input, by the chain rule up to second order:

    v = f(u):     v' = f'(u) u',            v'' = f'(u) u'' + f''(u) u'^2
    w = u v:      w' = u' v + u v',         w'' = u'' v + 2 u' v' + u v''

Source: Griewank and Walther, Evaluating Derivatives, chapter 13, https://doi.org/10.1137/1.9780898717761.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


class NoRuleError(AttributeError):
    """An operation that jets have no rule for; the caller uses another way to differentiate."""


class Jet:
    """A batch of values with their derivatives, all in one tensor so that a linear layer is one matrix product.

    Attributes:
        parts: (1 + order d, n, ...): the value, then d first derivatives, then (order 2) d second derivatives.
        inputs: d, the number of coordinates of the input.
        order: 1 or 2.
    """

    def __init__(self, parts: Tensor, inputs: int, order: int):
        self.parts, self.inputs, self.order = parts, inputs, order

    @classmethod
    def of(cls, x: Tensor, order: int) -> "Jet":
        """Jet of the input itself, x (n, d): the first derivatives are the unit vectors, the second are zero."""
        n, d = x.shape
        unit = torch.eye(d, dtype=x.dtype, device=x.device)[:, None, :].expand(d, n, d)
        return cls(torch.cat([x[None], unit, x.new_zeros((order - 1) * d, n, d)]), d, order)

    @property
    def value(self) -> Tensor:
        """The values (n, ...)."""
        return self.parts[0]

    @property
    def first(self) -> Tensor:
        """First derivatives (d, n, ...)."""
        return self.parts[1 : 1 + self.inputs]

    @property
    def second(self) -> Tensor:
        """Unmixed second derivatives (d, n, ...); empty for order 1."""
        return self.parts[1 + self.inputs :]

    def like(self, parts: Tensor) -> "Jet":
        """Jet of the same input and order with other parts."""
        return Jet(parts, self.inputs, self.order)

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Called by PyTorch for `torch.sin(jet)`, `torch.nn.functional.linear(jet, weight)` and so on."""
        if function not in RULES:
            raise NoRuleError(f"no jet rule for {getattr(function, '__name__', function)}")
        return RULES[function](*args, **(kwargs or {}))

    def __getattr__(self, name: str) -> Any:
        # Reached only for names that are not defined above: the shape of the value, or a method such as x.sin().
        if name in {"shape", "ndim", "dtype", "device"}:
            return getattr(self.parts[0], name)
        rule = RULES.get(getattr(torch, name, None))
        if rule is None:
            raise NoRuleError(f"no jet rule for the attribute {name}")
        return lambda *args, **kwargs: rule(self, *args, **kwargs)

    def __getitem__(self, index: Any) -> "Jet":
        index = index if isinstance(index, tuple) else (index,)
        return self.like(self.parts[(slice(None), *index)])

    def __len__(self) -> int:
        return len(self.parts[0])

    def __neg__(self) -> "Jet":
        return self.like(-self.parts)

    def __add__(self, other: Any) -> "Jet":
        return _add(self, other)

    def __sub__(self, other: Any) -> "Jet":
        return _add(self, -other)

    def __rsub__(self, other: Any) -> "Jet":
        return _add(-self, other)

    def __mul__(self, other: Any) -> "Jet":
        return _multiply(self, other)

    def __truediv__(self, other: Any) -> "Jet":
        return _divide(self, other)

    def __rtruediv__(self, other: Any) -> "Jet":
        return _multiply(_reciprocal(self), other)

    def __pow__(self, exponent: Any) -> "Jet":
        return _power(self, exponent)

    def __matmul__(self, matrix: Any) -> "Jet":
        return _matrix_product(self, matrix)

    __radd__ = __add__
    __rmul__ = __mul__


def _constant(jet: Jet, other: Any) -> Any:
    """`other` if it is a constant that broadcasts to the values of the jet as it would to a plain tensor."""
    if isinstance(other, int | float):
        return other
    if not isinstance(other, Tensor) or other.ndim > jet.parts.ndim - 1:
        raise NoRuleError(f"no jet rule for a {type(other).__name__} of this shape")
    return other


def _check_pair(a: Jet, b: Jet) -> None:
    if (a.inputs, a.order, a.parts.ndim) != (b.inputs, b.order, b.parts.ndim):
        raise NoRuleError("no jet rule for two jets with different numbers of axes")


def _add(a: Any, b: Any, *, alpha: float = 1) -> Jet:
    if alpha != 1:
        raise NoRuleError("no jet rule for a scaled addition")
    if not isinstance(a, Jet):
        a, b = b, a
    if isinstance(b, Jet):
        _check_pair(a, b)
        return a.like(a.parts + b.parts)
    value = a.parts[:1] + _constant(a, b)
    return a.like(torch.cat([value, a.parts[1:].expand(-1, *value.shape[1:])]))


def _subtract(a: Any, b: Any, *, alpha: float = 1) -> Jet:
    return _add(a, -b, alpha=alpha)


def _multiply(a: Any, b: Any) -> Jet:
    if not isinstance(a, Jet):
        a, b = b, a
    if not isinstance(b, Jet):
        return a.like(a.parts * _constant(a, b))
    _check_pair(a, b)
    value = a.parts[:1] * b.parts[:1]
    first = a.first * b.value + a.value * b.first
    if a.order == 1:
        return a.like(torch.cat([value, first]))
    second = a.second * b.value + 2 * a.first * b.first + a.value * b.second
    return a.like(torch.cat([value, first, second]))


def _divide(a: Any, b: Any) -> Jet:
    if isinstance(b, Jet):
        return _multiply(_reciprocal(b), a)
    return a.like(a.parts / _constant(a, b))


def _chain(jet: Jet, f: Tensor, f1: Tensor, f2: Tensor | None) -> Jet:
    """Jet of f(u) from the values of f, f' and (order 2) f'' at the values of the jet."""
    if jet.order == 1:
        return jet.like(torch.cat([f[None], f1 * jet.first]))
    return jet.like(torch.cat([f[None], f1 * jet.first, f1 * jet.second + f2 * jet.first.square()]))


def _elementwise(function: Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]) -> Callable[..., Jet]:
    return lambda jet, inplace=False: _chain(jet, *function(jet.value))


def _tanh(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    f = torch.tanh(u)
    f1 = 1 - f * f
    return f, f1, -2 * f * f1


def _sin(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    f = torch.sin(u)
    return f, torch.cos(u), -f


def _cos(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    f = torch.cos(u)
    return f, -torch.sin(u), -f


def _exp(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    f = torch.exp(u)
    return f, f, f


def _sigmoid(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    f = torch.sigmoid(u)
    f1 = f * (1 - f)
    return f, f1, f1 * (1 - 2 * f)


def _silu(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    s, s1, s2 = _sigmoid(u)
    return u * s, s + u * s1, 2 * s1 + u * s2


def _gelu(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    density = torch.exp(-0.5 * u * u) / math.sqrt(2 * math.pi)
    below = 0.5 * (1 + torch.erf(u / math.sqrt(2)))
    return u * below, below + u * density, (2 - u * u) * density


def _square(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return u * u, 2 * u, torch.full_like(u, 2)


def _sqrt(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    f = torch.sqrt(u)
    return f, 0.5 / f, -0.25 / (f * u)


def _log(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    return torch.log(u), 1 / u, -1 / (u * u)


def _inverse(u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    f = 1 / u
    return f, -f * f, 2 * f * f * f


_reciprocal = _elementwise(_inverse)


def _exact_gelu(jet: Jet, *, approximate: str = "none") -> Jet:
    if approximate != "none":
        raise NoRuleError("no jet rule for the approximate gelu")
    return _chain(jet, *_gelu(jet.value))


def _power(jet: Any, exponent: Any) -> Jet:
    if not isinstance(jet, Jet) or not isinstance(exponent, int | float):
        raise NoRuleError("no jet rule for a power with an exponent that is no number")
    if exponent in (0, 1, 2):
        return {0: jet * 0 + 1, 1: jet, 2: _multiply(jet, jet)}[exponent]
    u, p = jet.value, exponent
    return _chain(jet, u**p, p * u ** (p - 1), p * (p - 1) * u ** (p - 2))


def _linear(jet: Any, weight: Any, bias: Tensor | None = None) -> Jet:
    if not isinstance(jet, Jet) or not isinstance(weight, Tensor):
        raise NoRuleError("no jet rule for weights that depend on the input")
    parts = torch.nn.functional.linear(jet.parts, weight)
    return jet.like(parts if bias is None else torch.cat([parts[:1] + bias, parts[1:]]))


def _matrix_product(jet: Any, matrix: Any) -> Jet:
    if not isinstance(jet, Jet) or not isinstance(matrix, Tensor) or matrix.ndim != 2 or jet.parts.ndim != 3:
        raise NoRuleError("no jet rule for this matrix product")
    return jet.like(jet.parts @ matrix)


def _along(dim: int) -> int:
    return dim + 1 if dim >= 0 else dim


def _joined(join: Callable[..., Tensor]) -> Callable[..., Jet]:
    def rule(jets: Sequence[Any], dim: int = 0) -> Jet:
        model = next(jet for jet in jets if isinstance(jet, Jet))
        parts = []
        for item in jets:
            if not isinstance(item, Jet):
                rest = torch.zeros_like(item).expand(len(model.parts) - 1, *item.shape)
                item = model.like(torch.cat([item[None], rest]))
            _check_pair(model, item)
            parts.append(item.parts)
        return model.like(join(parts, dim=_along(dim)))

    return rule


def _unsqueeze(jet: Jet, dim: int) -> Jet:
    return jet.like(jet.parts.unsqueeze(_along(dim)))


def _squeeze(jet: Jet, dim: int) -> Jet:
    return jet.like(jet.parts.squeeze(_along(dim)))


RULES: dict[Any, Callable[..., Any]] = {
    torch.add: _add,
    torch.sub: _subtract,
    torch.mul: _multiply,
    torch.div: _divide,
    torch.pow: _power,
    torch.neg: lambda jet: -jet,
    torch.square: _elementwise(_square),
    torch.sqrt: _elementwise(_sqrt),
    torch.log: _elementwise(_log),
    torch.exp: _elementwise(_exp),
    torch.sin: _elementwise(_sin),
    torch.cos: _elementwise(_cos),
    torch.tanh: _elementwise(_tanh),
    torch.sigmoid: _elementwise(_sigmoid),
    torch.reciprocal: _reciprocal,
    torch.nn.functional.silu: _elementwise(_silu),
    torch.nn.functional.gelu: _exact_gelu,
    torch.nn.functional.linear: _linear,
    torch.matmul: _matrix_product,
    torch.mm: _matrix_product,
    torch.cat: _joined(torch.cat),
    torch.stack: _joined(torch.stack),
    torch.unsqueeze: _unsqueeze,
    torch.squeeze: _squeeze,
    Tensor.add: _add,
    Tensor.sub: _subtract,
    Tensor.mul: _multiply,
    Tensor.div: _divide,
    Tensor.__rsub__: lambda a, b: _add(-a, b),
    Tensor.__radd__: _add,
    Tensor.__rmul__: _multiply,
    Tensor.__rtruediv__: lambda a, b: _divide(b, a),
}
"""What a jet does in each operation of PyTorch; whatever is missing here is left to autograd."""
