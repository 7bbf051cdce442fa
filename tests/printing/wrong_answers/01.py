"""Plausible wrong answers to the exercises of 01_Parts_and_Defects, and a part of the hint that each must get."""

WRONG = {
    "printing.mesh_volume": [
        (
            "def mesh_volume(triangles):\n    a, b, c = np.moveaxis(triangles, 1, 0)\n"
            "    return np.sum(a * np.cross(b, c))",
            "holds six tetrahedra",
        ),
        (
            "def mesh_volume(triangles):\n    a, b, c = np.moveaxis(triangles, 1, 0)\n"
            "    return np.sum(a * np.cross(b, c)) / 3",
            "its base is half",
        ),
        (
            "def mesh_volume(triangles):\n    a, b, c = np.moveaxis(triangles, 1, 0)\n"
            "    return np.abs(np.sum(a * np.cross(b, c), axis=1)).sum() / 6",
            "keeps its sign",
        ),
        (
            "def mesh_volume(triangles):\n    a, b, c = np.moveaxis(triangles, 1, 0)\n"
            "    return abs(np.sum(a * np.cross(b, c))) / 6",
            "inside out the volume is negative",
        ),
        ("mesh_volume = 18000.0", "the function itself"),
    ],
    "printing.inside": [
        (
            "def inside(crossings, heights):\n    return (crossings[None, :] < heights[:, None]).sum(axis=1) % 2 == 0",
            "an odd number of crossings below is inside",
        ),
        (
            "def inside(crossings, heights):\n    return (crossings[None, :] < heights[:, None]).sum(axis=1)",
            "is the count odd",
        ),
        (
            "def inside(crossings, heights):\n    found = np.zeros(len(heights), dtype=bool)\n"
            "    for low, high in zip(crossings[::2], crossings[1::2]):\n"
            "        found |= (heights > low) & (heights < high)\n    return found",
            "in no order",
        ),
        (
            "def inside(crossings, heights):\n    ordered = np.sort(crossings)\n"
            "    first, last = ordered[0], ordered[-1]\n"
            "    below = (ordered[None, :] < heights[:, None]).sum(axis=1)\n"
            "    return (below % 2 == 1) & (heights >= first) & (heights <= last)",
            "it stopped with IndexError",
        ),
    ],
    "printing.distance_to_axis": [
        (
            "def distance_to_axis(points, centre, axis):\n    offset = points - centre\n"
            "    return np.linalg.norm(offset - np.outer(offset @ axis, axis), axis=1)",
            "divide by its length",
        ),
        (
            "def distance_to_axis(points, centre, axis):\n    unit = axis / np.linalg.norm(axis)\n"
            "    return np.linalg.norm(points - np.outer(points @ unit, unit), axis=1)",
            "through the centre",
        ),
        (
            "def distance_to_axis(points, centre, axis):\n"
            "    return abs((points - centre) @ axis) / np.linalg.norm(axis)",
            "what remains without it",
        ),
        (
            "def distance_to_axis(points, centre, axis):\n    unit = axis / np.linalg.norm(axis)\n"
            "    offset = points - centre\n    return (offset**2).sum(axis=1) - (offset @ unit) ** 2",
            "not its square",
        ),
    ],
}
