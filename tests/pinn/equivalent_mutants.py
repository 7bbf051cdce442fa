"""Mutants of the solutions of PINN that are right answers as well, each with its reason."""

ONE = "the network has one input and one output, so the first is the last, and the only one"
FREE = "inner may be any function, so its sign does not matter"

HEAT = "return T.second[:, :, 0] - m ** 2 * T.value"
ENDS = "return lambda x: a * (1 - x) + b * x + x * (1 - x) * inner(x)"

EQUIVALENT = {
    "pinn.heat_residual": {
        f"{HEAT}  =>  {HEAT.replace('[:, :, 0]', '[:, 0, :]')}": ONE,
        f"{HEAT}  =>  {HEAT.replace('[:, :, 0]', '[:, :, -1]')}": ONE,
    },
    "pinn.exact_ends": {
        f"{ENDS}  =>  {ENDS.replace('b * x + x', 'b * x - x')}": FREE,
        f"{ENDS}  =>  {ENDS.replace('x * (1 - x)', 'x * (x - 1)')}": FREE,
    },
    "pinn.amplification": {
        "return 1.0 / abs(k ** 2 - (n * np.pi) ** 2)  =>  return 1.0 / abs((n * np.pi) ** 2 - k ** 2)": (
            "the absolute value of a difference does not depend on its sign"
        ),
    },
}
