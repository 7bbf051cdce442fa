"""Plausible wrong answers to the exercises of 06_Design_with_the_Surrogate and the hint each must get."""

STEP = """def projected_step(design, gradient, low, high, length):
    unit = (high - low) / 2
    slope = {slope}
    slope = slope / (np.linalg.norm(slope) + 1e-12)
    return {result}"""
FREE = """def projected_step(design, gradient, low, high, length):
    unit = (high - low) / 2
    slope = gradient * unit
    return {}"""
SHORTER = """design + (
        (move := -length * unit * slope / (np.linalg.norm(slope) + 1e-300))
        * min([1.0, *[((high if m > 0 else low) - design)[i] / m for i, m in enumerate(move) if m]])
    )"""
RESULT = """def is_result(before, after, error, factor=3.0):
    return {condition}"""
CAUTIOUS = """def cautious(log_drags, caution):
    return {result}"""

WRONG = {
    "cfd.projected_step": [
        (STEP.format(slope="gradient * unit", result="np.clip(design + length * unit * slope, low, high)"), "uphill"),
        (STEP.format(slope="gradient", result="np.clip(design - length * unit * slope, low, high)"), "half its width"),
        (STEP.format(slope="gradient * unit", result="np.clip(design - length * slope, low, high)"), "to come back"),
        (STEP.format(slope="gradient * unit", result="design - length * unit * slope"), "np.clip"),
        (
            STEP.format(slope="gradient / unit", result="np.clip(design - length * unit * slope, low, high)"),
            "do not div",
        ),
        (STEP.format(slope="gradient", result="np.clip(design - length * slope, low, high)"), "units of the box are"),
        (FREE.format("np.clip(design - length * unit * slope, low, high)"), "however steep"),
        (FREE.format("np.clip(design - length * unit * np.sign(slope), low, high)"), "step of its own"),
        (FREE.format("np.clip(design - length * unit * slope / np.linalg.norm(slope), low, high)"), "so no step"),
        (FREE.format("np.clip(design - length * unit * slope / (abs(slope).sum() + 1e-12), low, high)"), "its squares"),
        (
            "def projected_step(design, gradient, low, high, length):\n    return design - length * gradient",
            "; and put",
        ),
        (FREE.format(SHORTER), "the others keep their step"),
        (STEP.format(slope="gradient * unit", result="low"), "half width"),
    ],
    "cfd.is_result": [
        (RESULT.format(condition="before - after > factor * error * (before + after) / 2**0.5"), "of its own size"),
        (
            RESULT.format(condition="abs(before - after) > error * np.hypot(before, after)"),
            "not used: compare the gain",
        ),
        (RESULT.format(condition="(before - after) / before > factor * error"), "that of `before`"),
        (RESULT.format(condition="before - after > factor * error * before"), "that of `before`"),
        (RESULT.format(condition="before - after > factor * error * after"), "that of `after`"),
        (RESULT.format(condition="before - after > factor * error * 2**0.5 * before"), "not one of them twice"),
        (RESULT.format(condition="before - after > factor * error * (before + after) / 2"), "not averaged"),
        (RESULT.format(condition="before - after > 3 * error * np.hypot(before, after)"), "written in as 3"),
        (RESULT.format(condition="before - after > error * np.hypot(before, after)"), "factor is not used"),
        (RESULT.format(condition="before - after >= factor * error * np.hypot(before, after)"), "is not larger"),
        (RESULT.format(condition="after < before"), "any smaller drag"),
        (RESULT.format(condition="1.0 * (before - after > factor * error * np.hypot(before, after))"), "is bool"),
        (RESULT.format(condition="abs(before - after) > factor * error * np.hypot(before, after)"), "with its sign"),
        (RESULT.format(condition="before - after > factor * error"), "relative to each drag"),
        (RESULT.format(condition="before - after > factor * error * (before + after)"), "their squares do"),
    ],
    "cfd.cautious": [
        (
            CAUTIOUS.format(result="np.median(log_drags, axis=0) - caution * np.ptp(log_drags, axis=0)"),
            "not their median",
        ),
        (CAUTIOUS.format(result="log_drags.max(axis=0)"), "not the worst"),
        (CAUTIOUS.format(result="log_drags.mean(axis=0) - caution * log_drags.std(axis=0)"), "has to raise it"),
        (CAUTIOUS.format(result="log_drags.mean(axis=1) + caution * log_drags.std(axis=1)"), "the first axis"),
        (CAUTIOUS.format(result="log_drags.mean(axis=0) + caution * log_drags.std(axis=0, ddof=1)"), "correction"),
        (CAUTIOUS.format(result="log_drags.mean(axis=0) + caution * log_drags.var(axis=0)"), "take its root"),
        (CAUTIOUS.format(result="log_drags.mean(axis=0) + caution * np.ptp(log_drags, axis=0)"), "this is the range"),
        (
            CAUTIOUS.format(result="log_drags.mean(axis=0) + caution * np.ptp(log_drags, axis=0) / 2"),
            "half of the range",
        ),
        (
            CAUTIOUS.format(
                result="log_drags.mean(axis=0) + caution * abs(log_drags - log_drags.mean(axis=0)).mean(axis=0)"
            ),
            "mean distance",
        ),
        (
            CAUTIOUS.format(
                result="log_drags.mean(axis=0) + caution * abs(log_drags - log_drags.mean(axis=0)).max(axis=0)"
            ),
            "largest distance",
        ),
        (
            CAUTIOUS.format(result="log_drags.mean(axis=0) + caution * log_drags.std(axis=0) / len(log_drags) ** 0.5"),
            "error of the mean",
        ),
        (CAUTIOUS.format(result="np.median(log_drags, axis=0) + caution * log_drags.std(axis=0)"), "not their median"),
        (CAUTIOUS.format(result="log_drags.mean(axis=0) + log_drags.std(axis=0)"), "caution is not used"),
        (CAUTIOUS.format(result="log_drags.mean(axis=0) + caution * log_drags.std()"), "for each design"),
    ],
}
