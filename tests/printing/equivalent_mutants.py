"""Mutants of the solutions that are as right as the solutions: exercise -> {line before  =>  line after: reason}."""

_BELOW = "below = (crossings[None, :] {} heights[:, None]).sum(axis=1)".format
_TRIED = "tried = np.append({}, logits.min() - {})".format
_SQUARED = "the length of a vector and of its opposite are the same"

EQUIVALENT = {
    "printing.inside": {
        f"{_BELOW('<')}  =>  {_BELOW('<=')}": "a height on the surface itself is neither inside nor outside",
        f"{_BELOW('<')}  =>  {_BELOW('>=')}": (
            "a closed surface is crossed an even number of times: above is odd where below is"
        ),
    },
    "printing.cheapest_threshold": {
        f"{_TRIED('np.unique(logits)', 1)}  =>  {_TRIED('logits', 1)}": "a threshold that is tried twice",
        f"{_TRIED('np.unique(logits)', 1)}  =>  {_TRIED('np.unique(logits)', 2)}": "any value below all accepts all",
        f"{_TRIED('np.unique(logits)', 1)}  =>  tried = np.append(logits.min() - 1, np.unique(logits))": (
            "the order in which they are tried does not matter"
        ),
    },
    "printing.distance_to_axis": {
        "offset = points - centre  =>  offset = centre - points": _SQUARED,
        "return np.linalg.norm(offset - along, axis=1)  =>  return np.linalg.norm(along - offset, axis=1)": _SQUARED,
    },
}
