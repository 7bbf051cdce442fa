"""Plausible wrong answers to the exercises of 03_Parameterized_Diffusion and the hint each must get."""

JUMP = """def family_flux_jump(T1, T2, d, d2):
    one = torch.ones_like(d)
    left = pinn.derivatives(lambda x: T1(x, d), one, order=1).first[:, :, 0]
    right = pinn.derivatives(lambda x: T2(x, d), one, order=1).first[:, :, 0]
    return {result}"""
FIND = """def find_conductivity(interface_of, measured, low, high):
    for _ in range({times}):
        middle = (low + high) / 2.0
        if interface_of(middle) {sign} measured:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0"""

WRONG = {
    "pinn.family_flux_jump": [
        (JUMP.format(result="d[:, 0] * left - d2 * right"), "is a matrix (n, n)"),
        (JUMP.format(result="left - right"), "multiply each by its conductivity"),
        (JUMP.format(result="d2 * right - d * left"), "not the other way round"),
        (JUMP.format(result="(d * left - d2 * right).mean()"), "the result is (3, 1)"),
    ],
    "pinn.answers_to_break_even": [
        (
            "def answers_to_break_even(train, ask, solve):\n    return int(np.ceil(train / solve))",
            "only solve - ask",
        ),
        (
            "def answers_to_break_even(train, ask, solve):\n    return int(np.ceil(train / (solve - ask)))",
            "only from the next one on",
        ),
        (
            "def answers_to_break_even(train, ask, solve):\n    return int(np.floor(train / abs(solve - ask))) + 1"
            " if solve != ask else float('inf')",
            "the training never pays",
        ),
    ],
    "pinn.find_conductivity": [
        (FIND.format(times=60, sign="<"), "you run to one end"),
        (FIND.format(times=9, sign=">"), "not to 6 digits"),
        (FIND.format(times=60, sign=">"), "raise a ValueError"),
        (
            "def find_conductivity(interface_of, measured, low, high):\n    return 0.1 * (100.0 / measured - 1.0)",
            "use interface_of",
        ),
    ],
}
