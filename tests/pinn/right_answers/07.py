"""Other right answers to the exercises of 07_Networks_and_Tricks: other forms, other ways."""

RIGHT = {
    "pinn.verdict": [
        """
import statistics


def verdict(baseline, changed):
    better = sum(new < old for old, new in zip(baseline, changed))
    worse = sum(new > old for old, new in zip(baseline, changed))
    old, new = statistics.median(baseline), statistics.median(changed)
    if 2 * new <= old and better >= len(baseline) - 1:
        return "helps"
    if 2 * old <= new and worse >= len(baseline) - 1:
        return "hurts"
    return "unclear"
""",
        """
def verdict(baseline, changed):
    a, b = np.array(baseline), np.array(changed)
    ratio = np.median(b) / np.median(a)
    conditions = [(ratio <= 0.5) & (np.sum(b >= a) < 2), (ratio >= 2) & (np.sum(a >= b) < 2)]
    return np.select(conditions, ["helps", "hurts"], "unclear")
""",
        """
def verdict(baseline, changed):
    def median(values):
        ordered = sorted(values)
        return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2

    for word, new, old in (("helps", changed, baseline), ("hurts", baseline, changed)):
        disagree = [n for n, o in zip(new, old) if not n < o]
        if len(disagree) <= 1 and median(new) <= 0.5 * median(old):
            return word
    return "unclear"
""",
    ],
    "pinn.join_gradients": [
        "def join_gradients(gradients, sizes):\n    return np.average(gradients, axis=0, weights=sizes)",
        "def join_gradients(gradients, sizes):\n    return sizes @ gradients / np.sum(sizes)",
        """
def join_gradients(gradients, sizes):
    total = sum(sizes)
    return [sum(n * row[k] for n, row in zip(sizes, gradients)) / total for k in range(len(gradients[0]))]
""",
        """
def join_gradients(gradients, sizes):
    points = np.repeat(gradients, sizes, axis=0)
    return torch.as_tensor(points).mean(dim=0)
""",
    ],
    "pinn.chaos_moments": [
        """
def chaos_moments(c):
    variance = sum(c[k] ** 2 / (2 * k + 1) for k in range(1, len(c)))
    return float(c[0]), variance**0.5
""",
        """
def chaos_moments(c):
    z, weights = np.polynomial.legendre.leggauss(len(c))
    y = np.polynomial.legendre.legval(z, c)
    mean = weights @ y / 2
    return np.array([mean, np.sqrt(weights @ (y - mean) ** 2 / 2)])
""",
        """
def chaos_moments(c):
    y = np.polynomial.Legendre(c)
    mean_of = lambda function: (function.integ()(1.0) - function.integ()(-1.0)) / 2
    return [mean_of(y), max(mean_of(y**2) - mean_of(y) ** 2, 0.0) ** 0.5]
""",
        """
def chaos_moments(c):
    values = torch.as_tensor(c)
    shares = values**2 / torch.arange(1, 2 * len(c), 2)
    return values[0], (shares.sum() - shares[0]).sqrt()
""",
    ],
}
