"""Plausible wrong answers to the exercises of 03_Convolution_Primer, and a part of the hint that each must get."""

WRONG = {
    "intro.diagonal_kernel": [
        ("kernel = np.eye(3)", "sum to 0"),
        ("kernel = intro.SOBEL_X", "on the diagonal the response is 0"),
        ("kernel = np.fliplr(3 * np.eye(3) - 1)", "Where does the falling diagonal pass"),
        ("kernel = -intro.LAPLACIAN", "something else reaches"),
        ("kernel = np.ones((2, 2))", "shape (2, 2)"),
        ("kernel = [['a', 'b', 'c']] * 3", "this one is <U1"),
        ("kernel = (3 * np.eye(3) - 1) * np.nan", "sum to nan"),
    ],
    "intro.layer_numbers": [
        ("numbers = {'height': 30, 'width': 22, 'channels': 32, 'parameters': 2400}", "one bias"),
        ("numbers = {'height': 30, 'width': 22, 'channels': 32, 'parameters': 832}", "all 3 input channels"),
        ("numbers = {'height': 30, 'width': 22, 'channels': 3, 'parameters': 2432}", "each filter makes one channel"),
        ("numbers = {'height': 32, 'width': 24, 'channels': 32, 'parameters': 2432}", "padding with zeros"),
        ("numbers = {'height': 22, 'width': 30, 'channels': 32, 'parameters': 2432}", "swapped"),
        ("numbers = {'height': 29, 'width': 21, 'channels': 32, 'parameters': 2432}", "number of steps"),
        ("numbers = {'height': 31, 'width': 23, 'channels': 32, 'parameters': 2432}", "round down"),
        ("numbers = {'height': 60, 'width': 44, 'channels': 32, 'parameters': 2432}", "with stride 1"),
        ("numbers = {'height': 30.5, 'width': 22.5, 'channels': 32, 'parameters': 2432}", "whole: round down"),
        ("numbers = {'height': 30, 'width': 22, 'channels': 32, 'parameters': [2432]}", "plus a bias"),
        ("numbers = {'height': 30, 'width': 22, 'channels': 32, 'parameters': 2496}", "one bias, however many"),
        ("numbers = {'height': '30', 'width': 22, 'channels': 32, 'parameters': 2432}", "kernel must fit"),
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
            "window i begins at i * stride",
        ),
        (
            "def max_pool(image, size, stride):\n"
            "    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride]\n"
            "    return np.maximum(windows.max(axis=(2, 3)), 0.0)",
            "can be negative",
        ),
        (
            "def max_pool(image, size, stride):\n"
            "    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride]\n"
            "    return windows.max(axis=(2, 3)).T",
            "rows and columns are exchanged",
        ),
        (
            "def max_pool(image, size, stride):\n"
            "    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))[::size, ::size]\n"
            "    return windows.max(axis=(2, 3))",
            "the windows overlap",
        ),
        (
            "def max_pool(image, size, stride):\n"
            "    n = (image.shape[0] - size) // stride + 1\n"
            "    starts = [stride * i for i in range(n)]\n"
            "    return np.array([[image[i : i + size, j : j + size].max() for j in starts] for i in starts])",
            "its shape is (3, 3), expected is (3, 4)",
        ),
        ("def max_pool(image, size, stride):\n    return image.max(axis=(2, 3))", "it stopped with AxisError"),
        ("max_pool = 3", "function itself"),
    ],
}
