"""Mutants of the solutions that are as right as the solutions: exercise -> {line before  =>  line after: reason}."""

_BELOW = "below = (crossings[None, :] {} heights[:, None]).sum(axis=1)".format
_SQUARED = "the length of a vector and of its opposite are the same"

EQUIVALENT = {
    "printing.inside": {
        f"{_BELOW('<')}  =>  {_BELOW('<=')}": "a height on the surface itself is neither inside nor outside",
        f"{_BELOW('<')}  =>  {_BELOW('>=')}": (
            "a closed surface is crossed an even number of times: above is odd where below is"
        ),
    },
    "printing.distance_to_axis": {
        "offset = points - centre  =>  offset = centre - points": _SQUARED,
        "return np.linalg.norm(offset - along, axis=1)  =>  return np.linalg.norm(along - offset, axis=1)": _SQUARED,
    },
}
