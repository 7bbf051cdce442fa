"""Other right answers to the exercises of 05_Inverse_Spring_Mass: other forms, other ways."""

RIGHT = {
    "pinn.constants_from_motion": [
        """
def constants_from_motion(x, a):
    m1 = np.linalg.lstsq(a[:, :1], x[:, 1] - 3.0 * x[:, 0], rcond=None)[0][0]
    k4 = np.linalg.lstsq(x[:, 2:], x[:, 1] - x[:, 2] - a[:, 2], rcond=None)[0][0]
    return np.array([m1, k4])
""",
        """
def constants_from_motion(x, a):
    n = len(x)
    matrix = np.zeros((3 * n, 2))
    matrix[:n, 0], matrix[2 * n :, 1] = a[:, 0], x[:, 2]
    middle = a[:, 1] + 2 * x[:, 1] - x[:, 0] - x[:, 2]
    right = np.concatenate([x[:, 1] - 3 * x[:, 0], -middle, x[:, 1] - x[:, 2] - a[:, 2]])
    return np.linalg.pinv(matrix) @ right
""",
        """
def constants_from_motion(x, a):
    above = below = top = bottom = 0.0
    for (x1, x2, x3), (a1, _, a3) in zip(x.tolist(), a.tolist()):
        above, below = above + a1 * (x2 - 3 * x1), below + a1**2
        top, bottom = top + x3 * (x2 - x3 - a3), bottom + x3**2
    return [above / below, top / bottom]
""",
        """
def constants_from_motion(x, a):
    x, a = torch.as_tensor(x), torch.as_tensor(a)
    solve = lambda rows, right: torch.linalg.lstsq(rows[:, None], right[:, None]).solution.item()
    return solve(a[:, 0], x[:, 1] - 3 * x[:, 0]), solve(x[:, 2], x[:, 1] - x[:, 2] - a[:, 2])
""",
    ],
    "pinn.same_motion": [
        """
def same_motion(masses, stiffnesses):
    return np.array(masses) / 7.0, np.array(stiffnesses) / 7.0
""",
        """
def same_motion(masses, stiffnesses):
    unit = sum(masses) + sum(stiffnesses)
    return tuple(m / unit for m in masses), tuple(k / unit for k in stiffnesses)
""",
        """
def same_motion(masses, stiffnesses):
    scaled = 1.01 * torch.tensor([*masses, *stiffnesses], dtype=torch.float64)
    return scaled[:3], scaled[3:]
""",
    ],
    "pinn.interval": [
        """
import statistics


def interval(estimates):
    mean, deviation = statistics.mean(estimates), statistics.stdev(estimates)
    return mean - 2 * deviation, mean + 2 * deviation
""",
        """
def interval(estimates):
    n = len(estimates)
    mean = sum(estimates) / n
    half = 2 * (sum((e - mean) ** 2 for e in estimates) / (n - 1)) ** 0.5
    return [mean - half, mean + half]
""",
        """
def interval(estimates):
    return np.mean(estimates) + np.array([-2.0, 2.0]) * np.sqrt(np.var(estimates, ddof=1))
""",
        """
def interval(estimates):
    values = torch.as_tensor(estimates)
    return values.mean() + 2 * values.std() * torch.tensor([-1.0, 1.0])
""",
    ],
}
