"""Other right answers to the exercises of 01_Parts_and_Defects, in other forms and by other ways."""

RIGHT = {
    "printing.mesh_volume": [
        """
def mesh_volume(triangles):
    return sum(np.linalg.det(triangle) for triangle in triangles) / 6
""",
        """
def mesh_volume(triangles):
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]) / 2
    return (normals * triangles.mean(axis=1)).sum() / 3
""",
        """
def mesh_volume(triangles):
    middle = triangles.reshape(-1, 3).mean(axis=0)
    a, b, c = np.moveaxis(triangles - middle, 1, 0)
    return np.einsum("ij,ij->", np.cross(a, b), c) / 6
""",
    ],
    "printing.inside": [
        """
def inside(crossings, heights):
    return [sum(c < h for c in crossings) % 2 == 1 for h in heights]
""",
        """
def inside(crossings, heights):
    return np.searchsorted(np.sort(crossings), heights) % 2 == 1
""",
        """
def inside(crossings, heights):
    found = np.zeros(len(heights), dtype=bool)
    for crossing in crossings:
        found ^= heights > crossing
    return found
""",
    ],
    "printing.distance_to_axis": [
        """
def distance_to_axis(points, centre, axis):
    return np.linalg.norm(np.cross(points - centre, axis), axis=1) / np.linalg.norm(axis)
""",
        """
def distance_to_axis(points, centre, axis):
    offset = points - centre
    along = offset @ axis / np.linalg.norm(axis)
    return np.sqrt(np.maximum((offset**2).sum(axis=1) - along**2, 0))
""",
    ],
}
