"""One step of `batched.Batch` as one kernel for NVIDIA cards, written in Triton.

A program computes BLOCK cells of one flow: it loads the nine populations that arrive there, relaxes them, and stores
the nine that leave. Nothing else touches the memory. Where a wall lies behind a cell only the address changes, so
no lane waits for another. Import this only where Triton is installed, which comes with PyTorch for CUDA.
"""

import triton
import triton.language as tl
from torch import Tensor

BLOCK = 512
"""Cells of one program."""
WARPS = 4


@triton.jit
def _pull(
    f, walls, cell, here, n, i: tl.constexpr, j: tl.constexpr, c_x: tl.constexpr, c_y: tl.constexpr, width: tl.constexpr
):
    """Population i that arrives without what inlet and outlet add: of the neighbour, or of the cell itself, from j."""
    blocked = ((walls >> i) & 1) != 0
    source = cell - c_y * width
    if c_x == 1:
        source -= 1
    if c_x == -1:  # behind the last column stands another with the same populations
        source += (cell % width != width - 1).to(tl.int32)
    return tl.load(f + tl.where(blocked, j * n + cell, i * n + source), mask=here, other=0.0)


@triton.jit
def _inlet(table, cell, here, row: tl.constexpr, height, width: tl.constexpr):
    return tl.load(table + row * height + cell // width, mask=here & (cell % width == 0), other=0.0)


@triton.jit
def _outlet(density, walls, cell, here, i: tl.constexpr, c_y: tl.constexpr, width: tl.constexpr):
    """Density at x - c_i where that lies behind the last column, else 0."""
    beyond = here & (cell % width == width - 1) & (((walls >> i) & 1) == 0)
    return tl.load(density + cell // width - c_y, mask=beyond, other=0.0)


@triton.jit
def _pair(f_i, f_j, cu, rest, w, rate_plus, rate_minus):
    """Relax two opposite populations."""
    even = rate_plus * (0.5 * (f_i + f_j) - w * (rest + 4.5 * cu * cu))
    odd = rate_minus * (0.5 * (f_i - f_j) - w * 3.0 * cu)
    return f_i - even - odd, f_j - even + odd


@triton.jit
def _step(
    f,
    out,
    walls,
    inlet,
    density,
    density_out,
    rate_plus,
    rate_minus,
    n,
    height,
    width: tl.constexpr,
    block: tl.constexpr,
):
    cell = tl.program_id(0) * block + tl.arange(0, block)
    here = cell < n
    flow = tl.program_id(1).to(tl.int64)
    f += flow * 9 * n
    out += flow * 9 * n
    density += flow * height
    bits = tl.load(walls + flow * n + cell, mask=here, other=1).to(tl.int32)
    w1: tl.constexpr = 1 / 9
    w5: tl.constexpr = 1 / 36

    f0 = tl.load(f + cell, mask=here, other=0.0)
    f1 = _pull(f, bits, cell, here, n, 1, 2, 1, 0, width) + _inlet(inlet, cell, here, 0, height, width)
    f2 = _pull(f, bits, cell, here, n, 2, 1, -1, 0, width) - w1 * _outlet(density, bits, cell, here, 2, 0, width)
    f3 = _pull(f, bits, cell, here, n, 3, 4, 0, 1, width)
    f4 = _pull(f, bits, cell, here, n, 4, 3, 0, -1, width)
    f5 = _pull(f, bits, cell, here, n, 5, 6, 1, 1, width) + _inlet(inlet, cell, here, 1, height, width)
    f6 = _pull(f, bits, cell, here, n, 6, 5, -1, -1, width) - w5 * _outlet(density, bits, cell, here, 6, -1, width)
    f7 = _pull(f, bits, cell, here, n, 7, 8, 1, -1, width) + _inlet(inlet, cell, here, 2, height, width)
    f8 = _pull(f, bits, cell, here, n, 8, 7, -1, 1, width) - w5 * _outlet(density, bits, cell, here, 8, 1, width)

    rho = f0 + f1 + f2 + f3 + f4 + f5 + f6 + f7 + f8
    u = (f1 - f2) + (f5 - f6) + (f7 - f8)
    v = (f3 - f4) + (f5 - f6) - (f7 - f8)
    rest = rho - 1.5 * (u * u + v * v)
    f0 = f0 - rate_plus * (f0 - (4 / 9) * rest)
    f1, f2 = _pair(f1, f2, u, rest, w1, rate_plus, rate_minus)
    f3, f4 = _pair(f3, f4, v, rest, w1, rate_plus, rate_minus)
    f5, f6 = _pair(f5, f6, u + v, rest, w5, rate_plus, rate_minus)
    f7, f8 = _pair(f7, f8, u - v, rest, w5, rate_plus, rate_minus)

    solid = (bits & 1) != 0
    tl.store(out + cell, tl.where(solid, 0.0, f0), mask=here)
    tl.store(out + n + cell, tl.where(solid, 0.0, f1), mask=here)
    tl.store(out + 2 * n + cell, tl.where(solid, 0.0, f2), mask=here)
    tl.store(out + 3 * n + cell, tl.where(solid, 0.0, f3), mask=here)
    tl.store(out + 4 * n + cell, tl.where(solid, 0.0, f4), mask=here)
    tl.store(out + 5 * n + cell, tl.where(solid, 0.0, f5), mask=here)
    tl.store(out + 6 * n + cell, tl.where(solid, 0.0, f6), mask=here)
    tl.store(out + 7 * n + cell, tl.where(solid, 0.0, f7), mask=here)
    tl.store(out + 8 * n + cell, tl.where(solid, 0.0, f8), mask=here)
    tl.store(density_out + flow * height + cell // width, rho, mask=here & (cell % width == width - 1))


def step(batch, f: Tensor, out: Tensor, density: Tensor, density_out: Tensor) -> None:
    """One step of a `batched.Batch` in float32; `f` stays, `out` and `density_out` are filled."""
    cells = batch.height * batch.width
    _step[(triton.cdiv(cells, BLOCK), len(f))](
        f, out, batch.walls, batch.inlet, density, density_out, *batch.rates, cells, batch.height,
        width=batch.width, block=BLOCK, num_warps=WARPS,
    )  # fmt: skip
