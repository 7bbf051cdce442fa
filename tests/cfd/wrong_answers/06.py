"""Plausible wrong answers to the exercises of 06_Design_with_the_Surrogate and the hint each must get."""

STEP = """def projected_step(design, gradient, low, high, length):
    unit = (high - low) / 2
    slope = {slope}
    slope = slope / (np.linalg.norm(slope) + 1e-12)
    return {result}"""
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
    ],
    "cfd.is_result": [
        (RESULT.format(condition="abs(before - after) > factor * error * np.hypot(before, after)"), "with its sign"),
        (RESULT.format(condition="before - after > factor * error"), "relative to each drag"),
        (RESULT.format(condition="before - after > factor * error * (before + after)"), "their squares do"),
    ],
    "cfd.cautious": [
        (CAUTIOUS.format(result="log_drags.mean(axis=0) - caution * log_drags.std(axis=0)"), "has to raise it"),
        (CAUTIOUS.format(result="log_drags.mean(axis=1) + caution * log_drags.std(axis=1)"), "the first axis"),
        (CAUTIOUS.format(result="log_drags.mean(axis=0) + caution * log_drags.std(axis=0, ddof=1)"), "correction"),
    ],
}
