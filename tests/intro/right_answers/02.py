"""Other right answers to the exercises of 02_Training_and_Generalization: other forms, other ways."""

RIGHT = {
    "intro.nesterov_step": [
        """
def nesterov_step(w, u, gradient, learning_rate, mu):
    carried = mu * u
    u_new = carried + gradient(w - learning_rate * carried)
    return [w - learning_rate * u_new, u_new]
""",
        """
def nesterov_step(w, u, gradient, learning_rate, mu):
    u = u.copy()
    u *= mu
    u += gradient(w - learning_rate * u)
    return np.stack([w - learning_rate * u, u])
""",
        """
def nesterov_step(w, u, gradient, learning_rate, mu):
    w, u = torch.tensor(w), torch.tensor(u)
    u = mu * u + torch.from_numpy(gradient((w - learning_rate * mu * u).numpy()))
    return w - learning_rate * u, u
""",
    ],
    "intro.choose_order": [
        """
def choose_order(x_train, y_train, x_validation, y_validation, orders):
    def error(order):
        return np.abs(fit_polynomial(x_train, y_train, order)(x_validation) - y_validation).mean()

    return min(orders, key=error)
""",
        """
def choose_order(x_train, y_train, x_validation, y_validation, orders):
    best, lowest = None, float("inf")
    for order in sorted(orders, reverse=True):
        coefficients = np.polyfit(x_train, y_train, order)
        error = ((np.polyval(coefficients, x_validation) - y_validation) ** 2).sum()
        if error < lowest:
            best, lowest = order, error
    return np.int64(best)
""",
    ],
    "intro.split_by_specimen": [
        """
def split_by_specimen(specimen, test_share, seed):
    names = sorted(set(specimen.tolist()))
    chosen = np.random.default_rng(seed).choice(names, size=round(test_share * len(names)), replace=False)
    return [bool(number in chosen) for number in specimen]
""",
        """
def split_by_specimen(specimen, test_share, seed):
    names, place = np.unique(specimen, return_inverse=True)
    is_test = np.arange(len(names)) < int(test_share * len(names) + 0.5)
    np.random.default_rng(seed).shuffle(is_test)
    return is_test[place]
""",
        """
def split_by_specimen(specimen, test_share, seed):
    names = np.unique(specimen)
    ranks = np.random.default_rng(seed).random(len(names)).argsort().argsort()
    chosen = dict(zip(names, ranks < round(test_share * len(names))))
    return torch.tensor([bool(chosen[number]) for number in specimen])
""",
    ],
}
