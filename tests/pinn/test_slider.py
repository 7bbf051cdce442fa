"""The slider, and the picture in its place."""

from bootcamp import pinn, runtime

import pytest


def test_without_a_slider_the_figure_is_drawn_once_for_the_middle(monkeypatch):
    monkeypatch.setenv(runtime.PROGRESS_VARIABLE, "off")
    drawn = []
    assert pinn.slider(drawn.append, 5.0, 25.0) is None
    pinn.slider(drawn.append, 5.0, 25.0, start=7.5)
    assert drawn == [15.0, 7.5]


def test_the_slider_draws_each_value(monkeypatch):
    shown, drawn = [], []
    monkeypatch.setattr("IPython.display.display", shown.append)
    pinn.slider(drawn.append, 5.0, 25.0, start=10.0, steps=20, label="D1", live=True)
    control = shown[0].children[0]
    assert (control.min, control.max, control.step, control.value, control.description) == (5.0, 25.0, 1.0, 10.0, "D1")
    shown[0].update()
    control.value = 20.0
    assert drawn[-1] == 20.0


@pytest.mark.parametrize(
    ("range_", "options"), [((5.0, 5.0), {}), ((5.0, 25.0), {"steps": 0}), ((5.0, 25.0), {"start": 4.0})]
)
def test_bad_ranges(range_, options):
    with pytest.raises(ValueError, match=r"slider needs|first value"):
        pinn.slider(print, *range_, **options)
