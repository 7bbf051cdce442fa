"""Plausible wrong answers to the exercises of 03_Images_and_First_Model and the hint each must get."""

WRONG = {
    "cyclone.reduce": [
        (
            "def reduce(image, factor):\n    return image[factor // 2 :: factor, factor // 2 :: factor].astype(float)",
            "middle pixel",
        ),
        (
            "def reduce(image, factor):\n"
            "    h, w, c = image.shape\n"
            "    return image.reshape(factor, h // factor, factor, w // factor, c).mean(axis=(0, 2))",
            "mixes rows",
        ),
        (
            "def reduce(image, factor):\n"
            "    h, w, c = image.shape\n"
            "    return image.reshape(h // factor, factor, w // factor, factor, c).mean(axis=(1, 3, 4))",
            "keep the last axis",
        ),
        (
            "def reduce(image, factor):\n"
            "    h, w, c = image.shape\n"
            "    return image.reshape(h // factor, factor, w // factor, factor, c).mean(axis=(1, 3)).astype('uint8')",
            "floating point",
        ),
        (
            "def reduce(image, factor):\n"
            "    parts = [image[i::factor, j::factor] for i in range(factor) for j in range(factor)]\n"
            "    return sum(parts) / factor**2",
            "overflow at 255",
        ),
        (
            "def reduce(image, factor):\n"
            "    h, w, c = image.shape\n"
            "    return image.reshape(h // factor, factor, w // factor, factor, c).sum(axis=(1, 3))",
            "these are sums",
        ),
        (
            "def reduce(image, factor):\n"
            "    h, w, c = image.shape\n"
            "    return np.median(image.reshape(h // factor, factor, w // factor, factor, c), axis=(1, 3))",
            "not the median",
        ),
    ],
    "cyclone.alarms": [
        (
            "def alarms(matrix):\n"
            "    missed = matrix[3:, :3].sum() / matrix[3:].sum()\n"
            "    return missed, matrix[:3, 3:].sum() / matrix[:3].sum()",
            "predicted to be hurricanes",
        ),
        (
            "def alarms(matrix):\n    return matrix[3:, :3].sum() / matrix.sum(), matrix[:3, 3:].sum() / matrix.sum()",
            "its own total",
        ),
        (
            "def alarms(matrix):\n"
            "    return matrix[4:, :4].sum() / matrix[4:].sum(), matrix[:4, 4:].sum() / matrix[:, 4:].sum()",
            "index 3",
        ),
        ("def alarms(matrix):\n    return matrix[3:, :3].sum(), matrix[:3, 3:].sum()", "counts"),
        (
            "def alarms(matrix):\n"
            "    wrong = matrix - np.diag(np.diag(matrix))\n"
            "    return wrong[3:].sum() / matrix[3:].sum(), wrong[:, 3:].sum() / matrix[:, 3:].sum()",
            "a hurricane still",
        ),
        (
            "def alarms(matrix):\n"
            "    return matrix[:3, 3:].sum() / matrix[:, 3:].sum(), matrix[3:, :3].sum() / matrix[3:].sum()",
            "wrong order",
        ),
        (
            "def alarms(matrix):\n"
            "    return matrix[2:, :2].sum() / matrix[2:].sum(), matrix[:2, 2:].sum() / matrix[:, 2:].sum()",
            "no hurricane",
        ),
        (
            "def alarms(matrix):\n"
            "    return matrix[3:, :3].sum() / matrix[3:].sum(), matrix[:3, 3:].sum() / matrix[3:].sum()",
            "not of the true ones",
        ),
    ],
    "cyclone.side_after": [
        ("def side_after(side, kernel_size, strides):\n    return (side - kernel_size) // strides", "one place more"),
        ("def side_after(side, kernel_size, strides):\n    return -(-side // strides)", "padding"),
        ("def side_after(side, kernel_size, strides):\n    return (side - kernel_size) / strides + 1", "round down"),
        (
            "def side_after(side, kernel_size, strides):\n    return -(-(side - kernel_size) // strides) + 1",
            "fit completely",
        ),
        (
            "def side_after(side, kernel_size, strides):\n    return (side - kernel_size + 1) // strides",
            "round down before",
        ),
        ("def side_after(side, kernel_size, strides):\n    return side - kernel_size + 1", "strides leave places out"),
        (
            "def side_after(side, kernel_size, strides):\n"
            "    return (side + 2 * (kernel_size // 2) - kernel_size) // strides + 1",
            "pixels of padding",
        ),
    ],
}
