"""Other right answers to the exercises of 01_Steady_Flow: other forms, other ways."""

RIGHT = {
    "cfd.relaxation_time": [
        """
def relaxation_time(reynolds, inflow_velocity, height):
    tau = 0.5 + 3 / reynolds * inflow_velocity * height
    return [(tau - 0.5) / 3, tau]
""",
        """
def relaxation_time(reynolds, inflow_velocity, height):
    viscosity = np.float32(inflow_velocity * height / reynolds)
    return np.array([viscosity, 3 * viscosity + np.float32(0.5)])
""",
    ],
    "cfd.drag_coefficient": [
        """
def drag_coefficient(drag, solid, inflow_velocity):
    rows = np.argwhere(solid)[:, 0]
    return 4.5 * drag / inflow_velocity**2 / (rows.max() - rows.min() + 1)
""",
        """
def drag_coefficient(drag, solid, inflow_velocity):
    height = sum(1 for row in solid.tolist() if True in row)
    dynamic_pressure = (inflow_velocity * 2 / 3) ** 2 / 2
    return drag / (dynamic_pressure * height)
""",
        """
def drag_coefficient(drag, solid, inflow_velocity):
    mean = np.mean([2 / 3 * inflow_velocity])
    return drag / (0.5 * mean * mean * len(set(np.nonzero(solid)[0])))
""",
    ],
    "cfd.mirrored_flow": [
        """
def mirrored_flow(velocity, solid):
    u, v = velocity[..., 0], velocity[..., 1]
    return np.stack([np.flip(u, 1), -np.flip(v, 1)], axis=-1), np.flip(solid, 1)
""",
        """
def mirrored_flow(velocity, solid):
    import torch

    signs = torch.tensor([1.0, -1.0])
    return [torch.tensor(velocity).flip(1) * signs, torch.tensor(solid).flip(1)]
""",
        """
def mirrored_flow(velocity, solid):
    order = np.arange(velocity.shape[1])[::-1]
    return np.take(velocity, order, axis=1) * [1, -1], [mask[order].tolist() for mask in solid]
""",
    ],
    "cfd.fluid_error": [
        """
def fluid_error(predicted, true, solid):
    return cfd.relative_error(predicted, true, solid)
""",
        """
def fluid_error(predicted, true, solid):
    samples = zip(predicted, true, ~solid, strict=True)
    return [np.linalg.norm(p[f] - t[f]) / np.linalg.norm(t[f]) for p, t, f in samples]
""",
        """
def fluid_error(predicted, true, solid):
    filled = np.where(solid[..., None], true, predicted)
    ratio = np.mean((filled - true) ** 2, axis=(1, 2, 3)) / np.mean(true**2, axis=(1, 2, 3))
    return ratio**0.5
""",
        """
def fluid_error(predicted, true, solid):
    import torch

    fluid = torch.tensor(~solid)[..., None]
    parts = [(torch.tensor(part) * fluid).flatten(1) for part in (predicted - true, true)]
    return torch.linalg.norm(parts[0], dim=1) / torch.linalg.norm(parts[1], dim=1)
""",
    ],
}
