"""Mutants of the solutions of PINN that are right answers as well, each with its reason."""

ONE = "the network has one input and one output, so the first is the last, and the only one"
NOT_USED = "second derivatives are calculated as well, and not used"
FREE = "inner may be any function, so its sign does not matter"

HEAT = "return T.second[:, :, 0] - m ** 2 * T.value"
ENDS = "return lambda x: a * (1 - x) + b * x + x * (1 - x) * inner(x)"

SIDES = {"left": "left = pinn.derivatives(T1, place, order=1)", "right": "right = pinn.derivatives(T2, place, order=1)"}
FLUXES = "q1, q2 = (d1 * left.first[0, 0, 0], d2 * right.first[0, 0, 0])"
CONTACT = "return torch.stack([right.value[0, 0] - left.value[0, 0] - R * q1, q1 - q2])"
ROWS = [
    f"{side} = pinn.derivatives(lambda x: {curve}(x, d), one, order=1).first[:, :, 0]"
    for side, curve in (("left", "T1"), ("right", "T2"))
]
WHOLE = "return int(np.floor(train / (solve - ask))) + 1"
EARLIER = "earlier = torch.cumsum(losses, dim=0) - losses"
STATE = "return lambda t: x0 + (t - t0) * v0 + (t - t0) ** 2 / (1 + (t - t0) ** 2) * inner(t)"
BOUNDED = "(t - t0) ** 2 / (1 + (t - t0) ** 2)"
BESIDE = "beside = ((x[:, 0] - 2.0).abs() - 0.5).clamp(min=0.0)"
LONG_SIDE = "distance = torch.hypot(beside, above)"
UNITS = "return (hot * min(1.0, d2 / d1), hot * min(1.0, d1 / d2))"


def replaced(line: str, part: str, *others: str) -> list[str]:
    """Names of the mutants of a line in which others stand in the place of a part."""
    return [f"{line}  =>  {line.replace(part, other)}" for other in others]


def with_last(line: str, part: str) -> list[str]:
    """Names of the mutants in which one of the indices 0 of a part is -1."""
    head, indices = part.split("[")
    places = range(indices.count("0"))
    changed = [["-1" if place == other else "0" for other in places] for place in places]
    return replaced(line, part, *(f"{head}[{', '.join(row)}]" for row in changed))


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
    "pinn.interface_residuals": {
        "place = torch.ones(1, 1)  =>  place = torch.ones(2, 1)": "two rows alike, of which the first is taken",
        **dict.fromkeys(
            [name for line in SIDES.values() for name in replaced(line, ", order=1", "", ", order=2")],
            NOT_USED,
        ),
        **dict.fromkeys(
            [
                *with_last(FLUXES, "left.first[0, 0, 0]"),
                *with_last(FLUXES, "right.first[0, 0, 0]"),
                *with_last(CONTACT, "left.value[0, 0]"),
                *with_last(CONTACT, "right.value[0, 0]"),
            ],
            "there is one point, one output and one input, so the first is the last, and the only one",
        ),
    },
    "pinn.layer_units": dict.fromkeys(
        [*replaced(UNITS, "1.0, d2 / d1", "d2 / d1, 1.0"), *replaced(UNITS, "1.0, d1 / d2", "d1 / d2, 1.0")],
        "the smaller of two numbers does not depend on their order",
    ),
    "pinn.family_flux_jump": {
        **dict.fromkeys([name for line in ROWS for name in replaced(line, ", order=1", "", ", order=2")], NOT_USED),
        **dict.fromkeys(
            [name for line in ROWS for name in replaced(line, "[:, :, 0]", "[:, 0, :]", "[:, :, -1]")], ONE
        ),
    },
    "pinn.answers_to_break_even": dict.fromkeys(
        [
            *replaced(WHOLE, "int(np.floor(train / (solve - ask)))", "np.floor(train / (solve - ask))"),
            *replaced(WHOLE, "np.floor(train / (solve - ask))", "train / (solve - ask)"),
        ],
        "int and floor round a positive number down alike, and 4.0 is the number 4",
    ),
    "pinn.find_conductivity": {
        "for _ in range(60):  =>  for _ in range(61):": "the interval is as short as numbers allow before that",
        "for _ in range(60):  =>  for _ in range(59):": "the interval is as short as numbers allow before that",
        "if interface_of(middle) > measured:  =>  if interface_of(middle) >= measured:": (
            "where the middle is the conductivity sought, both halves end there"
        ),
        "return (low + high) / 2.0  =>  return (high + high) / 2.0": "after 60 halvings both ends are the same number",
    },
    "pinn.causal_weights": {
        replaced(EARLIER, "dim=0", "dim=-1")[0]: "losses (n,) have one axis, the first and the last"
    },
    "pinn.exact_state": {
        **dict.fromkeys(replaced(STATE, "+ (t - t0) ** 2 /", "- (t - t0) ** 2 /"), FREE),
        **dict.fromkeys(
            replaced(
                STATE,
                BOUNDED,
                "(t - t0) ** 2 * (1 + (t - t0) ** 2)",
                "(t0 - t) ** 2 / (1 + (t - t0) ** 2)",
                "(t - t0) ** 2 / (2 + (t - t0) ** 2)",
                "(t - t0) ** 2 / (1 + 2 ** (t - t0))",
                "(t - t0) ** 2 / (1 + (t + t0) ** 2)",
                "(t - t0) ** 2 / (1 + (t0 - t) ** 2)",
                "(t - t0) ** 2 / (1 + (t - x0) ** 2)",
            ),
            "the factor starts like (t - t0) squared and is neither zero nor infinite elsewhere: that is asked",
        ),
    },
    "pinn.chip_weight": {
        replaced(BESIDE, "x[:, 0] - 2.0", "2.0 - x[:, 0]")[0]: "a magnitude does not depend on the sign",
        replaced(LONG_SIDE, "beside, above", "above, beside")[0]: "a sum of two squares does not depend on their order",
    },
}
