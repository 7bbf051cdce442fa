"""How free a function is that was built around a free part: what it can become when the free part is fitted.

A construction with exact conditions, such as a + (b - a) x + x (1 - x) inner(x), may have any form. What counts is that
it keeps its conditions and can still become every smooth function that fulfils them. Both are seen from outside.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

Function = Callable[[Tensor], Tensor]
INFINITE = "the result is not a finite number everywhere: mind the denominators"
DEGREE = 12
CLOSE = 0.08  # how near a fit comes to the wanted function, as a share of it: a factor with a kink costs some percent
STEP = 1e-3
ROUNDS, HALVINGS = 12, 10  # of Gauss-Newton: one round where the free part enters linearly


def polynomial(coefficients: np.ndarray, middle: float, half_width: float) -> Function:
    """Chebyshev series (degree + 1, outputs) as a function of x, (n, 1) or a number, on middle +- half_width."""
    rows = torch.as_tensor(coefficients, dtype=torch.float64)[:, None]

    def series(x: Tensor) -> Tensor:
        s = (x - middle) / half_width
        before, now = 0 * s + 1, s
        total = rows[0] * before
        for row in rows[1:]:
            total = total + row * now
            before, now = now, 2 * s * now - before
        return total

    return series


@dataclass(frozen=True)
class Freedom:
    """A construction, seen through its free part: `values` gives what it becomes, (places, outputs), for a polynomial.

    Args:
        values: from coefficients (degree + 1, outputs) to what the construction does at the places.
        outputs: columns of the free part.
    """

    values: Callable[[np.ndarray], np.ndarray]
    outputs: int = 1

    @cached_property
    def start(self) -> np.ndarray:
        """Coefficients of a free part that is about 1, and nowhere 0."""
        coefficients = np.random.default_rng(1).normal(0.0, 0.02, size=(DEGREE + 1, self.outputs))
        coefficients[0] += 1.0
        return coefficients

    def slopes(self, coefficients: np.ndarray) -> np.ndarray:
        """Change of every value with every coefficient, (places * outputs, coefficients)."""
        before, columns = self.values(coefficients).ravel(), []
        for place in np.ndindex(coefficients.shape):
            moved = coefficients.copy()
            moved[place] += STEP
            columns.append((self.values(moved).ravel() - before) / STEP)
        return np.stack(columns, axis=1)

    @cached_property
    def start_slopes(self) -> np.ndarray:
        """Slopes at the start, where every fit begins."""
        return self.slopes(self.start)

    @cached_property
    def response(self) -> np.ndarray:
        """How much the value at each place answers to the free part at all, (places, outputs)."""
        return np.linalg.norm(self.start_slopes, axis=1).reshape(-1, self.outputs)

    @cached_property
    def dimensions(self) -> int:
        """How many independent ways to move the free part has."""
        return int(np.linalg.matrix_rank(self.start_slopes, tol=1e-6))

    def reaches(self, wanted: np.ndarray) -> bool:
        """Whether a fit of the free part, by Gauss-Newton with shortened steps, comes close to the wanted values."""
        coefficients, size = self.start, np.abs(wanted).max()
        miss = self.values(coefficients) - wanted
        for _ in range(ROUNDS):
            if np.abs(miss).max() <= CLOSE * size:
                return True
            jacobian = self.start_slopes if coefficients is self.start else self.slopes(coefficients)
            if not np.isfinite(jacobian).all():
                return False
            step = np.linalg.lstsq(jacobian, miss.ravel())[0].reshape(coefficients.shape)
            for shortened in 0.5 ** np.arange(HALVINGS):
                tried = coefficients - shortened * step
                new = self.values(tried) - wanted
                if np.linalg.norm(new) < np.linalg.norm(miss):  # False for NaN
                    break
            else:
                return False
            coefficients, miss = tried, new
        return bool(np.abs(miss).max() <= CLOSE * size)


def blind_spot(name: str, places: np.ndarray, response: np.ndarray, beside: int) -> str:
    """A hint where the free part has lost all influence, or has an infinite one; empty when there is no such place.

    Args:
        name: of the variable, for the hint.
        places: (n,), close to each other.
        response: (n,), how much each place answers to the free part, for a regular construction a smooth function.
        beside: how many places away the response is compared.
    """
    inner, response = slice(beside, -beside), np.nan_to_num(response, nan=np.inf)
    left, here, right = response[: -2 * beside], response[inner], response[2 * beside :]
    if not response.all():
        return f"at {name} = {places[np.argmin(response)]:.3g} inner has no influence at all"
    with np.errstate(all="ignore"):
        lost, blown = here / np.minimum(left, right), np.maximum(left, right) / here
    if np.nanmin(lost) < 0.05:
        place = places[inner][np.nanargmin(lost)]
        return f"at {name} = {place:.3g} inner has no influence: its factor is zero there"
    if np.nanmin(blown) < 0.05:
        place = places[inner][np.nanargmin(blown)]
        return f"at {name} = {place:.3g} the factor of inner is infinite: mind the denominator"
    return ""
