"""Other right answers to the exercises of 06_Design_with_the_Surrogate: other forms, other ways."""

RIGHT = {
    "cfd.projected_step": [
        """
def projected_step(design, gradient, low, high, length):
    middle, unit = (low + high) / 2, (high - low) / 2
    place = (design - middle) / unit
    slope = gradient * unit
    if slope.any():
        place = place - length * slope / np.sqrt(slope @ slope)
    return middle + unit * np.minimum(1.0, np.maximum(-1.0, place))
""",
        """
def projected_step(design, gradient, low, high, length):
    units = [(h - l) / 2 for l, h in zip(low, high)]
    steepness = sum((g * u) ** 2 for g, u in zip(gradient, units)) ** 0.5 or 1.0
    moved = [x - length * u * u * g / steepness for x, g, u in zip(design, gradient, units)]
    return [min(max(x, l), h) for x, l, h in zip(moved, low, high)]
""",
        """
def projected_step(design, gradient, low, high, length):
    import torch

    design, gradient, low, high = (torch.tensor(part) for part in (design, gradient, low, high))
    unit = (high - low) / 2
    slope = torch.nn.functional.normalize(gradient * unit, dim=0)
    return torch.clamp(design - length * unit * slope, low, high)
""",
        """
def projected_step(design, gradient, low, high, length):
    unit = (high - low) / 2
    slope = gradient * unit
    return np.clip(design - length * unit * slope / (np.linalg.norm(slope) + 1e-8), low, high)
""",
    ],
    "cfd.is_result": [
        """
def is_result(before, after, error, factor=3.0):
    noise = ((error * before) ** 2 + (error * after) ** 2) ** 0.5
    return (before - after) / noise > factor
""",
        """
def is_result(before, after, error, factor=3.0):
    gain = before - after
    return gain > 0 and gain**2 > factor**2 * ((error * before) ** 2 + (error * after) ** 2)
""",
        """
def is_result(before, after, error, factor=3.0):
    errors = np.array([before, after]) * error
    return np.float64(before) - after > factor * np.linalg.norm(errors)
""",
        """
def is_result(before, after, error, factor=3.0):
    if after >= before:
        return False
    noise = abs(complex(error * before, error * after))
    return (before - after) / noise > factor
""",
    ],
    "cfd.cautious": [
        """
def cautious(log_drags, caution):
    mean = sum(log_drags) / len(log_drags)
    return mean + caution * (sum((member - mean) ** 2 for member in log_drags) / len(log_drags)) ** 0.5
""",
        """
def cautious(log_drags, caution):
    import torch

    values = torch.tensor(log_drags)
    return values.mean(dim=0) + caution * values.std(dim=0, unbiased=False)
""",
        """
def cautious(log_drags, caution):
    import statistics

    columns = log_drags.T.tolist()
    return [statistics.fmean(column) + caution * statistics.pstdev(column) for column in columns]
""",
    ],
}
