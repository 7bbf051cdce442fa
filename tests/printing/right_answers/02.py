"""Other right answers to the exercises of 02_Networks_for_Voxels, in other forms and by other ways."""

RIGHT = {
    "printing.f1_score": [
        """
def f1_score(matrix, positive):
    (bad_refused, bad_accepted), (good_refused, good_accepted) = matrix
    found = bad_refused if positive == "bad" else good_accepted
    return 2 * found / (2 * found + bad_accepted + good_refused) if found else 0.0
""",
        """
def f1_score(matrix, positive):
    k = ["bad", "good"].index(positive)
    if matrix[k, k] == 0:
        return 0.0
    precision, recall = matrix[k, k] / matrix[:, k].sum(), matrix[k, k] / matrix[k].sum()
    return 2 / (1 / precision + 1 / recall)
""",
    ],
    "printing.block_parameters": [
        """
def block_parameters(channels, filters, kernel_size):
    block_in = keras.Input((8, 8, 8, channels))
    convolved = layers.Conv3D(filters, kernel_size, padding="same")(block_in)
    model = keras.Model(block_in, layers.BatchNormalization()(convolved))
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)
""",
        """
def block_parameters(channels, filters, kernel_size):
    return filters * (channels * kernel_size * kernel_size * kernel_size + 1 + 2)
""",
    ],
    "printing.cheapest_threshold": [
        """
def cheapest_threshold(printable, logits, price):
    tried = np.concatenate([[logits.min() - 1], np.sort(logits)])
    costs = [price * np.sum(~printable & (logits > t)) + np.sum(printable & (logits <= t)) for t in tried]
    return tried[np.argmin(costs)]
""",
        """
def cheapest_threshold(printable, logits, price):
    return printing.operating_point(printable, logits, price)
""",
        """
def cheapest_threshold(printable, logits, price):
    order = np.argsort(logits, kind="stable")
    saved = np.where(printable[order], -1.0, price)
    gain = np.concatenate([[0.0], np.cumsum(saved)])
    ends = np.concatenate([[True], np.diff(logits[order]) > 0, [True]])
    best = np.argmax(np.where(ends, gain, -np.inf))
    return logits.min() - 1 if best == 0 else logits[order][best - 1]
""",
    ],
}
