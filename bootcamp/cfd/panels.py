"""Sliders over several numbers, and a picture where sliders cannot run."""

from collections.abc import Callable, Mapping

from bootcamp import runtime


def panel(
    draw: Callable[..., object],
    ranges: Mapping[str, tuple[float, float, float]],
    *,
    steps: int = 40,
    live: bool | None = None,
) -> None:
    """Call `draw` with the values of sliders, by name; without sliders once, with their first values.

    Sliders live as long as their kernel, so they are left out where progress bars are: in stored and batch runs.

    Args:
        draw: function of the values, as keyword arguments, that shows a figure.
        ranges: name -> lowest, first and highest value.
        steps: number of steps of each slider from one end to the other, at least 1.
        live: whether to show sliders; by default where progress bars are shown.

    Raises:
        ValueError: no slider, an empty range, a first value outside of it, or no steps.
    """
    if not ranges or steps < 1 or not all(low <= first <= high and low < high for low, first, high in ranges.values()):
        raise ValueError(f"a panel needs lowest <= first <= highest and at least one step, not {ranges} and {steps}")
    if not (runtime.progress_enabled() if live is None else live):
        draw(**{name: first for name, (_, first, _) in ranges.items()})
        return
    import ipywidgets
    from IPython.display import display

    sliders = {
        name: ipywidgets.FloatSlider(value=first, min=low, max=high, step=(high - low) / steps, description=name)
        for name, (low, first, high) in ranges.items()
    }
    display(ipywidgets.interactive(draw, **sliders))
