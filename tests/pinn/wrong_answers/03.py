"""Plausible wrong answers to the exercises of 03_Parameterized_Diffusion and the hint each must get."""

JUMP = """def family_flux_jump(T1, T2, d, d2):
    one = torch.ones_like(d)
    left = pinn.derivatives(lambda x: T1(x, d), one, order=1).first[:, :, 0]
    right = pinn.derivatives(lambda x: T2(x, d), one, order=1).first[:, :, 0]
    return {result}"""
GUARD = """
    if not interface_of(high) <= measured <= interface_of(low):
        raise ValueError"""
FIND = """def find_conductivity(interface_of, measured, low, high):{guard}
    for _ in range({times}):
        middle = (low + high) / 2.0
        if interface_of(middle) {sign} measured:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0"""
PAYS = "def answers_to_break_even(train, ask, solve):\n    return "
IF_EVER = " if solve > ask else float('inf')"

WRONG = {
    "pinn.family_flux_jump": [
        (JUMP.format(result="d[:, 0] * left - d2 * right"), "is a matrix (n, n)"),
        (JUMP.format(result="left - right"), "multiply each by its conductivity"),
        (JUMP.format(result="d2 * right - d * left"), "not the other way round"),
        (JUMP.format(result="(d * left - d2 * right).mean()"), "the result is (3, 1)"),
        (JUMP.format(result="d * left - right"), "multiply it by d2"),
        (JUMP.format(result="d[0] * left - d2 * right"), "conductivity of the first"),
        (JUMP.format(result="d * left + d2 * right"), "not added"),
        (JUMP.format(result="d * left"), "right side is missing"),
        (JUMP.format(result="left / d - right / d2"), "multiply"),
        (JUMP.format(result="d * T1(one, d) - d2 * T2(one, d)"), "needs the slope"),
        (JUMP.replace("ones_like", "zeros_like").format(result="d * left - d2 * right"), "meet at x = 1"),
        (JUMP.format(result="(d * left - d2 * right)[:, 0]"), "not (3,)"),
        (JUMP.format(result="d * left.mean() - d2 * right"), "row i is"),
    ],
    "pinn.answers_to_break_even": [
        (PAYS + "int(np.ceil(train / solve))", "only solve - ask"),
        (PAYS + "int(np.ceil(train / (solve - ask)))" + IF_EVER, "only from the next one on"),
        (PAYS + "int(np.floor(train / abs(solve - ask))) + 1 if solve != ask else float('inf')", "never pays"),
        (PAYS + "int(train / (solve - ask)) + 2" + IF_EVER, "this is one more than needed"),
        (PAYS + "int(np.ceil(train / (solve - ask))) + 1" + IF_EVER, "is a fraction this is one more"),
        (PAYS + "int(train / (solve - ask))" + IF_EVER, "round down and add one"),
        (PAYS + "train / (solve - ask)" + IF_EVER, "a whole number"),
        (PAYS + "round(train / (solve - ask))" + IF_EVER, "to the nearest"),
        (PAYS + "int(train / (solve - ask)) + 1", "as long as the solver"),
        (PAYS + "int(np.floor(train / (solve - ask))) + 1 if solve != ask else float('inf')", "mind the sign"),
        (PAYS + "int(train / (solve - ask)) + 1 if solve > ask else -1", "never pays"),
        (PAYS + "int(train / (solve + ask)) + 1" + IF_EVER, "not the sum"),
    ],
    "pinn.find_conductivity": [
        (FIND.format(guard=GUARD, times=60, sign="<"), "you run to one end"),
        (FIND.format(guard=GUARD, times=9, sign=">"), "not to 6 digits"),
        (FIND.format(guard="", times=60, sign=">"), "raise a ValueError"),
        (
            "def find_conductivity(interface_of, measured, low, high):\n    return 0.1 * (100.0 / measured - 1.0)",
            "use interface_of",
        ),
        (FIND.format(guard=GUARD.replace("<=", "<"), times=60, sign=">"), "ValueError"),
        (FIND.format(guard=GUARD.replace("ValueError", "RuntimeError"), times=60, sign=">"), "RuntimeError"),
        (
            FIND.format(guard=GUARD + "\n    low, high = 5.0, 25.0", times=60, sign=">"),
            "low and high as they are given",
        ),
        (
            "def find_conductivity(interface_of, measured, low, high):\n"
            "    top, bottom = interface_of(low), interface_of(high)\n"
            "    return low + (top - measured) / (top - bottom) * (high - low)",
            "no straight line",
        ),
        (
            "def find_conductivity(interface_of, measured, low, high):" + GUARD + "\n"
            "    places = np.linspace(low, high, 1001)\n"
            "    values = [interface_of(float(place)) for place in places]\n"
            "    return places[np.argmin(np.abs(np.array(values) - measured))]",
            "not to 6 digits",
        ),
    ],
}
