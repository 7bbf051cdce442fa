"""Plausible wrong answers to the exercises of 02_Training_and_Generalization and the hint each must get."""

NESTEROV = """
def nesterov_step(w, u, gradient, learning_rate, mu):
    {body}
    return w - learning_rate * u_new, u_new
"""

ORDER = """
def choose_order(x_train, y_train, x_validation, y_validation, orders):
    errors = []
    for order in orders:
        {body}
    return {answer}
"""

SPLIT = """
def split_by_specimen(specimen, test_share, seed):
    {body}
"""

VALIDATED = """predict = fit_polynomial(x_train, y_train, order)
        errors.append(intro.rmse(predict(x_validation), y_validation))"""

WRONG = {
    "intro.nesterov_step": [
        (NESTEROV.format(body="u_new = mu * u + gradient(w)"), "plain momentum step"),
        (NESTEROV.format(body="u_new = mu * u + gradient(w + learning_rate * mu * u)"), "wrong way"),
        (NESTEROV.format(body="u_new = mu * u + gradient(w - mu * u)"), "too long"),
        (NESTEROV.format(body="u_new = mu * u + gradient(w - learning_rate * u)"), "what is kept"),
        (NESTEROV.format(body="u_new = gradient(w - learning_rate * mu * u)"), "forgotten"),
        (
            "def nesterov_step(w, u, gradient, learning_rate, mu):\n"
            "    g = gradient(w - learning_rate * mu * u)\n"
            "    u *= mu\n    u += g\n    return w - learning_rate * u, u",
            "caller's arrays",
        ),
        (
            "def nesterov_step(w, u, gradient, learning_rate, mu):\n"
            "    u = mu * u + gradient(w - learning_rate * mu * u)\n    return w - learning_rate * u",
            "two arrays",
        ),
        (
            "def nesterov_step(w, u, gradient, learning_rate, mu):\n"
            "    u = mu * u + gradient(w - learning_rate * mu * u)\n    return u, w - learning_rate * u",
            "in the wrong order",
        ),
        (
            "def nesterov_step(w, u, gradient, learning_rate, mu):\n"
            "    v = mu * u + gradient(w - learning_rate * mu * u)\n    return w - learning_rate * u, v",
            "not with the old one",
        ),
        (
            "def nesterov_step(w, u, gradient, learning_rate, mu):\n"
            "    ahead = w - learning_rate * mu * u\n    v = mu * u + gradient(ahead)\n"
            "    return ahead - learning_rate * v, v",
            "the step starts at w",
        ),
        (
            "def nesterov_step(w, u, gradient, learning_rate, mu):\n"
            "    v = mu * u + gradient(w[0] - learning_rate * mu * u[0])\n    return w - learning_rate * v, v",
            "u_new = mu * u + gradient",
        ),
        (
            "def nesterov_step(w, u, gradient, learning_rate, mu):\n    return gradient(w) @ u, u",
            "it stopped with",
        ),
        (
            "def nesterov_step(w, u, gradient, learning_rate, mu):\n"
            "    u = mu * u + gradient(w - learning_rate * mu * u)\n    return w + learning_rate * u, u",
            "by -learning_rate * u_new",
        ),
        ("nesterov_step = 0.5", "the function itself"),
    ],
    "intro.choose_order": [
        (
            ORDER.format(
                body="predict = fit_polynomial(x_train, y_train, order)\n"
                "        errors.append(intro.rmse(predict(x_train), y_train))",
                answer="orders[int(np.argmin(errors))]",
            ),
            "lowest for the largest order",
        ),
        (
            ORDER.format(
                body="predict = fit_polynomial(x_validation, y_validation, order)\n"
                "        errors.append(intro.rmse(predict(x_validation), y_validation))",
                answer="orders[int(np.argmin(errors))]",
            ),
            "lowest for the largest order",
        ),
        (
            ORDER.format(
                body="predict = fit_polynomial(x_validation, y_validation, order)\n"
                "        errors.append(intro.rmse(predict(x_train), y_train))",
                answer="orders[int(np.argmin(errors))]",
            ),
            "the wrong way round",
        ),
        (ORDER.format(body=VALIDATED, answer="orders[int(np.argmax(errors))]"), "LARGEST"),
        (ORDER.format(body=VALIDATED, answer="min(errors)"), "one of the numbers in `orders`"),
        (ORDER.format(body=VALIDATED, answer="int(np.argmin(errors)) + 1"), "counted from 1"),
        (ORDER.format(body=VALIDATED, answer="int(np.argmin(errors))"), "counted from 0"),
        (ORDER.format(body=VALIDATED, answer="min(orders)"), "smallest order"),
        (ORDER.format(body=VALIDATED, answer="orders[0]"), "the first of `orders`"),
        (ORDER.format(body=VALIDATED, answer="sorted(orders)[int(np.argmin(errors))]"), "lowest validation error"),
        ("choose_order = 4", "function itself"),
    ],
    "intro.split_by_specimen": [
        (
            SPLIT.format(body="return np.random.default_rng(seed).random(len(specimen)) < test_share"),
            "draw specimens, not samples",
        ),
        (
            SPLIT.format(
                body="names = np.unique(specimen)\n"
                "    return np.isin(specimen, names[: round(test_share * len(names))])"
            ),
            "not drawn at random",
        ),
        (
            SPLIT.format(body="return specimen < test_share * len(np.unique(specimen))"),
            "are asked for",
        ),
        (
            SPLIT.format(
                body="names = np.random.default_rng(seed).choice(25, size=round(test_share * 25), replace=False)\n"
                "    return np.isin(specimen, names)"
            ),
            "of the n different specimens",
        ),
        (
            SPLIT.format(
                body="names = np.unique(specimen)\n"
                "    chosen = np.random.default_rng(seed).choice(names, size=round(test_share * len(names)))\n"
                "    return np.isin(specimen, chosen)"
            ),
            "none of them twice",
        ),
        (
            SPLIT.format(
                body="count = specimen.max() + 1\n"
                "    names = np.random.default_rng(seed).permutation(count)[: round(test_share * count)]\n"
                "    return np.isin(specimen, names)"
            ),
            "are asked for",
        ),
        (
            SPLIT.format(
                body="names = np.unique(specimen)\n"
                "    chosen = np.random.default_rng(seed).permutation(names)[: int(test_share * len(names))]\n"
                "    return np.isin(specimen, chosen)"
            ),
            "are asked for",
        ),
        (
            SPLIT.format(
                body="names = np.unique(specimen)\n"
                "    chosen = np.random.default_rng(seed).permutation(names)[: round(test_share * len(names))]\n"
                "    return np.isin(specimen, chosen).astype(int)"
            ),
            "return bool",
        ),
        (
            SPLIT.format(
                body="names, count = np.unique(specimen), round(test_share * len(np.unique(specimen)))\n"
                "    start = np.random.default_rng(seed).integers(len(names) - count + 1)\n"
                "    return np.isin(specimen, names[start : start + count])"
            ),
            "never drawn together",
        ),
        (
            SPLIT.format(
                body="names = np.unique(specimen)[:-1]\n"
                "    count = round(test_share * (len(names) + 1))\n"
                "    return np.isin(specimen, np.random.default_rng(seed).permutation(names)[:count])"
            ),
            "is never drawn",
        ),
        (
            SPLIT.format(
                body="names = np.random.permutation(np.unique(specimen))\n"
                "    return np.isin(specimen, names[: round(test_share * len(names))])"
            ),
            "default_rng(seed)",
        ),
        (
            SPLIT.format(
                body="names = np.random.default_rng(seed).permutation(np.unique(specimen))\n"
                "    return ~np.isin(specimen, names[: round(test_share * len(names))])"
            ),
            "marks those of the training set",
        ),
        (
            SPLIT.format(
                body="names = np.random.default_rng(seed).permutation(np.unique(specimen))\n"
                "    return names[: round(test_share * len(names))]"
            ),
            "one value per sample",
        ),
        (SPLIT.format(body="return np.zeros(len(specimen), dtype=bool)"), "one of the two sets is empty"),
    ],
}
