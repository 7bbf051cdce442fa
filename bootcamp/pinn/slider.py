"""A slider over one number, and a picture where sliders cannot run."""

from collections.abc import Callable

from bootcamp import runtime


def slider(
    draw: Callable[[float], object],
    lowest: float,
    highest: float,
    *,
    start: float | None = None,
    steps: int = 40,
    label: str = "value",
    live: bool | None = None,
) -> None:
    """Call `draw` with the value of a slider; without a slider once, with its first value.

    A slider lives as long as its kernel: stored in a notebook it is an empty line with a number that is new in each
    run. So it is left out where progress bars are, in stored, compared and batch runs.

    Args:
        draw: function of the value that shows a figure.
        lowest: left end of the slider.
        highest: right end, above `lowest`.
        start: first value; the middle if not given.
        steps: number of steps from one end to the other, at least 1.
        label: text beside the slider.
        live: whether to show a slider; by default where progress bars are shown.

    Raises:
        ValueError: the range is empty, `start` is outside of it, or there are no steps.
    """
    if not lowest < highest or steps < 1:
        raise ValueError(f"a slider needs lowest < highest and at least one step, not {lowest}, {highest}, {steps}")
    start = (lowest + highest) / 2 if start is None else start
    if not lowest <= start <= highest:
        raise ValueError(f"the first value lies from {lowest} to {highest}, not at {start}")
    if not (runtime.progress_enabled() if live is None else live):
        draw(start)
        return
    import ipywidgets
    from IPython.display import display

    step = (highest - lowest) / steps
    bounds = {"min": lowest, "max": highest, "step": step, "value": start}
    control = ipywidgets.FloatSlider(**bounds, description=label, continuous_update=False, readout_format=".2f")
    display(ipywidgets.interactive(lambda value: draw(value), value=control))
