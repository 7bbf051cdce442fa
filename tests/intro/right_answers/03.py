"""Other right answers to the exercises of 03_Convolution_Primer: other forms, other ways."""

RIGHT = {
    "intro.diagonal_kernel": [
        "kernel = 3 * np.eye(3) - 1",
        "kernel = [[4, -2, -2], [-2, 4, -2], [-2, -2, 4]]",
        "kernel = (np.eye(3) / 3 - np.full((3, 3), 1 / 9)).astype(np.float32)",
        "kernel = np.array([[3, -2, -1], [-2, 4, -2], [-1, -2, 3]])",
    ],
    "intro.layer_numbers": [
        "numbers = {'parameters': 2432, 'channels': 32, 'width': 22.0, 'height': np.int64(30)}",
        """
layer = layers.Conv2D(32, 5, strides=2, padding="valid")
shape = layer(np.zeros((1, 64, 48, 3), "float32")).shape
numbers = {"height": shape[1], "width": shape[2], "channels": shape[3], "parameters": layer.count_params()}
""",
    ],
    "intro.max_pool": [
        """
def max_pool(image, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))
    return windows[::stride, ::stride].max(axis=(2, 3))
""",
        """
def max_pool(image, size, stride):
    import torch

    return torch.nn.functional.max_pool2d(torch.tensor(image)[None, None], size, stride)[0, 0]
""",
        """
def max_pool(image, size, stride):
    rows, columns = (range(0, length - size + 1, stride) for length in image.shape)
    return [[max(max(row[j : j + size]) for row in image[i : i + size].tolist()) for j in columns] for i in rows]
""",
        """
def max_pool(image, size, stride):
    return ops.max_pool(image.astype("float32")[None, :, :, None], size, stride, padding="valid")[0, :, :, 0]
""",
    ],
}
