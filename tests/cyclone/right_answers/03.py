"""Other right answers to the exercises of 03_Images_and_First_Model: other forms, other ways."""

RIGHT = {
    "cyclone.reduce": [
        """
def reduce(image, factor):
    return sum(
        image[i::factor, j::factor].astype(float) for i in range(factor) for j in range(factor)
    ) / factor**2
""",
        """
def reduce(image, factor):
    rows, columns = image.shape[0] // factor, image.shape[1] // factor
    result = np.zeros((rows, columns, 3))
    for i in range(rows):
        for j in range(columns):
            result[i, j] = image[i * factor : (i + 1) * factor, j * factor : (j + 1) * factor].mean(axis=(0, 1))
    return result
""",
        """
def reduce(image, factor):
    import torch

    channels_first = torch.tensor(image).permute(2, 0, 1).float()[None]
    return torch.nn.functional.avg_pool2d(channels_first, factor)[0].permute(1, 2, 0)
""",
    ],
    "cyclone.alarms": [
        """
def alarms(matrix):
    hurricane = np.arange(8) >= 3
    found = matrix[np.ix_(hurricane, hurricane)].sum()
    return [1 - found / matrix[hurricane].sum(), 1 - found / matrix[:, hurricane].sum()]
""",
        """
def alarms(matrix):
    missed = false = are = said = 0
    for true in range(8):
        for predicted in range(8):
            count = int(matrix[true, predicted])
            are += count * (true > 2)
            said += count * (predicted > 2)
            missed += count * (true > 2 and predicted <= 2)
            false += count * (true <= 2 and predicted > 2)
    return np.array([missed / are, false / said])
""",
        """
def alarms(matrix):
    import torch

    counts = torch.tensor(matrix)
    (_, false), (missed, found) = [[block.sum() for block in rows.split([3, 5], 1)] for rows in counts.split([3, 5])]
    return missed / (missed + found), false / (false + found)
""",
    ],
    "cyclone.side_after": [
        """
def side_after(side, kernel_size, strides):
    return len(range(0, side - kernel_size + 1, strides))
""",
        """
def side_after(side, kernel_size, strides):
    places = 0
    while places * strides + kernel_size <= side:
        places += 1
    return places
""",
        """
def side_after(side, kernel_size, strides):
    return np.floor((side - kernel_size) / strides + 1)
""",
        """
def side_after(side, kernel_size, strides):
    import torch

    return torch.nn.functional.max_pool1d(torch.zeros(1, 1, side), kernel_size, strides).shape[-1]
""",
    ],
}
