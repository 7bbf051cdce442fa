"""Plausible wrong answers to the exercises of 02_Diffusion_Bar and the hint each must get."""

RESIDUALS = """def interface_residuals(T1, T2, d1, d2, R):
    place = torch.ones(1, 1)
    left = pinn.derivatives(T1, place, order=1)
    right = pinn.derivatives(T2, place, order=1)
    q1, q2 = d1 * left.first[0, 0, 0], d2 * right.first[0, 0, 0]
    jump = right.value[0, 0] - left.value[0, 0]
    return {result}"""
TEMPERATURES = """def interface_temperatures(widths, conductivities, hot):
    shares = {shares}
    return hot * np.cumsum(shares){cut} / np.sum(shares)"""
RESISTANCES = TEMPERATURES.format(shares="np.array(widths) / np.array(conductivities)", cut="[:-1]")
UNITS = "def layer_units(d1, d2, hot):\n    return "

WRONG = {
    "pinn.interface_residuals": [
        (RESIDUALS.format(result="torch.stack([jump, q1 - q2])"), "contact resistance is missing"),
        (RESIDUALS.format(result="torch.stack([jump + R * q1, q1 - q2])"), "minus sign"),
        (RESIDUALS.format(result="torch.stack([jump - R * q1 / d1, q1 - q2])"), "q is a flux"),
        (RESIDUALS.format(result="torch.stack([jump - R * q2 / d2, q1 - q2])"), "d2 belongs into R q"),
        (RESIDUALS.format(result="torch.stack([jump - R * q1 / d1, q1 / d1 - q2 / d2])"), "conductivity times slope"),
        (RESIDUALS.format(result="torch.stack([R * q1 - jump, q1 - q2])"), "signs turned"),
        (RESIDUALS.format(result="(jump - R * q1) + (q1 - q2)"), "of the shape (2,)"),
        (RESIDUALS.format(result="torch.stack([jump - R * q1, q2 - q1])"), "not the other way round"),
        (RESIDUALS.format(result="torch.stack([q1 - q2, jump - R * q1])"), "are exchanged"),
        (RESIDUALS.format(result="torch.stack([jump - R * (q1 + q2), q1 - q2])"), "not their sum"),
        (RESIDUALS.format(result="torch.stack([jump - R * q1, q1 + q2])"), "subtracted, not added"),
        (RESIDUALS.format(result="torch.stack([jump - R * q1, d2 / d1 * q1 - d1 / d2 * q2])"), "its own conductivity"),
        (RESIDUALS.format(result="torch.stack([jump - R * (3 * q1 - 2 * q2), q1 - q2])"), "or a mean of both"),
        (RESIDUALS.format(result="torch.stack([jump - R * q1, (q1 - q2) * (1 + R * (q1 - q2))])"), "with and without"),
        (RESIDUALS.format(result="torch.stack([jump / R - q1, q1 - q2])"), "for R = 0"),
    ],
    "pinn.interface_temperatures": [
        (TEMPERATURES.format(shares="np.array(conductivities)", cut="[:-1]"), "use resistances"),
        (TEMPERATURES.format(shares="1.0 / np.array(conductivities)", cut="[:-1]"), "the widths are missing"),
        (TEMPERATURES.format(shares="np.array(widths) / np.array(conductivities)", cut=""), "2 inner interfaces"),
        (TEMPERATURES.format(shares="widths / conductivities", cut="[:-1]"), "are lists"),
        (
            TEMPERATURES.format(shares="np.array(widths) * np.array(conductivities)", cut="[:-1]"),
            "do not multiply",
        ),
        (RESISTANCES.replace("hot * np.cumsum(shares)[:-1]", "hot * shares[:-1]"), "add them up"),
        (RESISTANCES.replace("hot * np", "hot - hot * np"), "the left end is the cold one"),
        (RESISTANCES.replace("hot * np", "np"), "hot is missing"),
        (
            "def interface_temperatures(widths, conductivities, hot):\n"
            "    r1, r2, r3 = (width / d for width, d in zip(widths, conductivities))\n"
            "    return [hot * r1 / (r1 + r2 + r3), hot * (r1 + r2) / (r1 + r2 + r3)]",
            "ValueError",
        ),
    ],
    "pinn.layer_units": [
        (UNITS + "hot, hot", "the flux would need two units"),
        (UNITS + "hot * min(1.0, d2 / d1), hot", "for d1 < d2 the condition"),
        (UNITS + "hot * d2, hot * d1", "is not hot"),
        (UNITS + "hot, hot * d1 / d2", "U2 is larger than hot"),
        (UNITS + "hot * min(1.0, d1 / d2), hot * min(1.0, d2 / d1)", "units are exchanged"),
        (UNITS + "hot * d2 / (d1 + d2), hot * d1 / (d1 + d2)", "divide by the larger"),
        (UNITS + "hot", "2 values are expected"),
    ],
}
