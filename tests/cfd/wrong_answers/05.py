"""Plausible wrong answers to the exercises of 05_Competition, and a part of the hint that each must get."""

RMS = "def rms_divergence(velocity, solid):\n    free = ~solid\n"
FOUR = (
    "    inner = free[:, 1:-1, 1:-1]\n"
    "    n = free[:, 1:-1, 2:] & free[:, 1:-1, :-2] & free[:, 2:, 1:-1] & free[:, :-2, 1:-1]\n"
)

WRONG = {
    "cfd.clearly_better": [
        ("def clearly_better(first, second):\n    return np.mean(first) < np.mean(second)", "seed by seed"),
        ("def clearly_better(first, second):\n    return np.all(np.array(first) <= np.array(second))", "than itself"),
        ("def clearly_better(first, second):\n    return max(first) < min(second)", "need not beat the best"),
        ("def clearly_better(first, second):\n    return min(first) < min(second)", "best seeds"),
        ("def clearly_better(first, second):\n    return np.any(first < second)", "one seed is not"),
        ("def clearly_better(first, second):\n    return np.all(np.sort(first) < np.sort(second))", "do not sort"),
        (
            "def clearly_better(first, second):\n    return np.all(first <= second) and np.any(first < second)",
            "once better is not enough",
        ),
        ("def clearly_better(first, second):\n    return 1 * np.all(first < second)", "expected is bool"),
    ],
    "cfd.ensemble": [
        ("def ensemble(predictions, solid):\n    return np.mean(predictions, axis=0)", "where solid is True"),
        (
            "def ensemble(predictions, solid):\n"
            "    return np.where(solid[..., None], 0.0, np.sum(predictions, axis=0))",
            "divide by the number",
        ),
        ("def ensemble(predictions, solid):\n    return np.mean(predictions)", "gave ()"),
        (
            "def ensemble(predictions, solid):\n"
            "    return np.where(solid[..., None], 0.0, np.median(predictions, axis=0))",
            "this is the median",
        ),
        ("def ensemble(predictions, solid):\n    return predictions[0]", "one member"),
        (
            "def ensemble(predictions, solid):\n"
            "    return np.where(solid[..., None], np.mean(predictions, axis=0), 0.0)",
            "zero in the fluid",
        ),
        (
            "def ensemble(predictions, solid):\n"
            "    mean = np.mean(predictions, axis=0)\n"
            "    mean[solid, 0] = 0\n"
            "    return mean",
            "both components",
        ),
        ("ensemble = None", "function itself"),
    ],
    "cfd.rms_divergence": [
        (
            "def rms_divergence(velocity, solid):\n    return np.mean(divergence(velocity) ** 2)",
            "; and the root is missing",
        ),
        (
            RMS + "    return np.sqrt(np.mean(divergence(velocity)[free[:, 1:-1, 1:-1]] ** 2))",
            "reaches into it",
        ),
        (
            RMS + "    n = free[:, 1:-1, 2:] & free[:, 1:-1, :-2] & free[:, 2:, 1:-1] & free[:, :-2, 1:-1]\n"
            "    return np.mean(divergence(velocity)[n & free[:, 1:-1, 1:-1]] ** 2)",
            "the root is missing",
        ),
        (RMS + FOUR + "    return np.sqrt(np.mean(divergence(velocity)[n] ** 2))", "object of one cell"),
        (RMS + FOUR + "    return np.sqrt(np.mean((divergence(velocity) * n * inner) ** 2))", "all inner cells"),
        (RMS + FOUR + "    return np.mean(abs(divergence(velocity)[n & inner]))", "mean magnitude"),
        (RMS + FOUR + "    return np.std(divergence(velocity)[n & inner])", "standard deviation"),
        (
            RMS + FOUR + "    keep = n & inner\n"
            "    keep &= free[:, 2:, 2:] & free[:, 2:, :-2] & free[:, :-2, 2:] & free[:, :-2, :-2]\n"
            "    return np.sqrt(np.mean(divergence(velocity)[keep] ** 2))",
            "at a corner",
        ),
        (
            RMS + FOUR + "    d, keep = divergence(velocity), n & inner\n"
            "    return np.mean([np.sqrt(np.mean(a[k] ** 2)) for a, k in zip(d, keep)])",
            "equal numbers of cells",
        ),
    ],
}
