"""Plausible wrong answers to the exercises of 03_Convolution_Primer, and a part of the hint that each must get."""

WRONG = {
    "intro.diagonal_kernel": [
        ("kernel = np.eye(3)", "sum to 0"),
        ("kernel = intro.SOBEL_X", "on the diagonal the response is 0"),
        ("kernel = np.fliplr(3 * np.eye(3) - 1)", "Where does the falling diagonal pass"),
        ("kernel = -intro.LAPLACIAN", "something else reaches"),
        ("kernel = np.ones((2, 2))", "shape (2, 2)"),
    ],
    "intro.layer_numbers": [
        ("numbers = {'height': 30, 'width': 22, 'channels': 32, 'parameters': 2400}", "one bias"),
        ("numbers = {'height': 30, 'width': 22, 'channels': 32, 'parameters': 832}", "all 3 input channels"),
        ("numbers = {'height': 30, 'width': 22, 'channels': 3, 'parameters': 2432}", "each filter makes one channel"),
        ("numbers = {'height': 32, 'width': 24, 'channels': 32, 'parameters': 2432}", "before you divide"),
        ("numbers = {'height': 30}", "dictionary"),
    ],
    "intro.max_pool": [
        (
            "def max_pool(image, size, stride):\n"
            "    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride]\n"
            "    return windows.mean(axis=(2, 3))",
            "mean of each window",
        ),
        (
            "def max_pool(image, size, stride):\n"
            "    rows, columns = image.shape[0] // size, image.shape[1] // size\n"
            "    cut = image[: rows * size, : columns * size]\n"
            "    return cut.reshape(rows, size, columns, size).max(axis=(1, 3))",
            "begins at row i * stride",
        ),
        (
            "def max_pool(image, size, stride):\n"
            "    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride]\n"
            "    return np.maximum(windows.max(axis=(2, 3)), 0.0)",
            "can be negative",
        ),
        ("max_pool = 3", "function itself"),
    ],
}
