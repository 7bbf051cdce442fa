"""Plausible wrong answers to the exercises of 05_Competition, and a part of the hint that each must get."""

RMS = "def rms_divergence(velocity, solid):\n    free = ~solid\n"

WRONG = {
    "cfd.clearly_better": [
        ("def clearly_better(first, second):\n    return np.mean(first) < np.mean(second)", "seed by seed"),
        ("def clearly_better(first, second):\n    return np.all(np.array(first) <= np.array(second))", "than itself"),
        ("def clearly_better(first, second):\n    return max(first) < min(second)", "each seed agrees"),
    ],
    "cfd.ensemble": [
        ("def ensemble(predictions, solid):\n    return np.mean(predictions, axis=0)", "where solid is True"),
        (
            "def ensemble(predictions, solid):\n"
            "    return np.where(solid[..., None], 0.0, np.sum(predictions, axis=0))",
            "divide by the number",
        ),
        ("def ensemble(predictions, solid):\n    return np.mean(predictions)", "gave ()"),
    ],
    "cfd.rms_divergence": [
        (
            RMS + "    return np.sqrt(np.mean(divergence(velocity)[free[:, 1:-1, 1:-1]] ** 2))",
            "reaches into it",
        ),
        (
            RMS + "    n = free[:, 1:-1, 2:] & free[:, 1:-1, :-2] & free[:, 2:, 1:-1] & free[:, :-2, 1:-1]\n"
            "    return np.mean(divergence(velocity)[n & free[:, 1:-1, 1:-1]] ** 2)",
            "the root is missing",
        ),
    ],
}
