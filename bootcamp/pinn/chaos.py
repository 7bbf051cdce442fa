"""Polynomial chaos: an output as a polynomial of its uncertain input, with mean and standard deviation from it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bootcamp.course import nearest

import numpy as np
from numpy.polynomial import hermite_e, legendre

Output = Callable[[np.ndarray], np.ndarray]

FAMILIES = ("uniform", "normal")


@dataclass(frozen=True)
class PolynomialChaos:
    """Expansion c_0 phi_0(z) + ... + c_p phi_p(z) of an output in orthonormal polynomials of the scaled input z.

    Attributes:
        coefficients: (degree + 1,), c.
        family: "uniform" (Legendre polynomials) or "normal" (Hermite polynomials).
        center: middle of the interval, or mean, of the input.
        width: half the interval, or standard deviation, of the input.
        evaluations: number of evaluations of the output it was made from.
    """

    coefficients: np.ndarray
    family: str
    center: float
    width: float
    evaluations: int

    @property
    def mean(self) -> float:
        """Mean of the output: c_0."""
        return float(self.coefficients[0])

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the output: the root of c_1^2 + ... + c_p^2."""
        return float(np.sqrt(np.sum(self.coefficients[1:] ** 2)))

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        """The expansion at inputs (n,)."""
        z = (np.asarray(inputs, dtype=float) - self.center) / self.width
        return orthonormal(self.family, len(self.coefficients) - 1, z) @ self.coefficients


def orthonormal(family: str, degree: int, z: np.ndarray) -> np.ndarray:
    """Polynomials of degree 0 to `degree`, orthonormal for z uniform on (-1, 1) or standard normal.

    Args:
        family: "uniform": sqrt(2 k + 1) P_k, Legendre; "normal": He_k / sqrt(k!), Hermite.
        degree: highest degree, at least 0.
        z: (n,).

    Returns:
        (n, degree + 1).

    Raises:
        ValueError: the family is unknown or the degree is no integer of at least 0.
    """
    _check(family, degree)
    k = np.arange(degree + 1)
    if family == "uniform":
        return legendre.legvander(np.asarray(z, dtype=float), degree) * np.sqrt(2 * k + 1)
    return hermite_e.hermevander(np.asarray(z, dtype=float), degree) / np.sqrt([math.factorial(i) for i in k])


def gauss(family: str, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights (count,) that integrate polynomials up to degree 2 count - 1 exactly; the weights sum to 1.

    Source: Golub and Welsch, Math. Comp. 23 (1969), https://doi.org/10.1090/S0025-5718-69-99647-1.
    """
    _check(family, count - 1)
    nodes, weights = (legendre.leggauss if family == "uniform" else hermite_e.hermegauss)(count)
    return nodes, weights / weights.sum()


def _check(family: str, degree: int) -> None:
    if family not in FAMILIES:
        raise ValueError(f"the family is one of {', '.join(FAMILIES)}, not {family!r}.{nearest(str(family), FAMILIES)}")
    if isinstance(degree, bool) or not isinstance(degree, int | np.integer) or degree < 0:
        raise ValueError(f"the degree is an integer of at least 0, and there is at least one node; found {degree!r}")


def polynomial_chaos(output: Output, degree: int, **distribution: tuple[float, float]) -> PolynomialChaos:
    """Expansion of an output in orthonormal polynomials of one uncertain input, by Gauss quadrature.

    c_k is the mean of output times phi_k, integrated with degree + 1 nodes: as many evaluations of the output.

    Source: Xiu and Karniadakis, SIAM J. Sci. Comput. 24 (2002), https://doi.org/10.1137/S1064827501387826; the
    projection by quadrature is their section 3 with sums in place of integrals.

    Args:
        output: function of inputs (n,) that returns outputs (n,).
        degree: highest degree, at least 0.
        distribution: either `uniform=(lower, upper)` or `normal=(mean, standard deviation)`.

    Raises:
        ValueError: not exactly one distribution, limits in the wrong order, a deviation that is not positive, a wrong
            degree, or an output of another shape or with entries that are not finite.

    >>> chaos = polynomial_chaos(lambda x: x**2, degree=2, uniform=(0.0, 1.0))
    >>> round(chaos.mean, 12), round(chaos.standard_deviation**2, 12)
    (0.333333333333, 0.088888888889)
    """
    family, center, width = _distribution(distribution)
    _check(family, degree)
    nodes, weights = gauss(family, degree + 1)
    values = np.asarray(output(center + width * nodes), dtype=float)
    if values.shape != nodes.shape or not np.isfinite(values).all():
        raise ValueError(f"for inputs {nodes.shape} the output is finite and has the same shape, not {values.shape}")
    coefficients = orthonormal(family, degree, nodes).T @ (weights * values)
    return PolynomialChaos(coefficients, family, center, width, degree + 1)


def _distribution(given: Mapping[str, tuple[float, float]]) -> tuple[str, float, float]:
    if len(given) != 1 or next(iter(given)) not in FAMILIES:
        raise ValueError(f"give either uniform=(lower, upper) or normal=(mean, deviation), not {list(given)}")
    family, (first, second) = next(iter(given.items()))
    if family == "normal":
        if not second > 0:
            raise ValueError(f"a standard deviation is positive, not {second}")
        return family, float(first), float(second)
    if not first < second:
        raise ValueError(f"lower is below upper, not {first} and {second}")
    return family, (first + second) / 2, (second - first) / 2
