"""The blocks of a sequential JPEG, decoded to coefficients as far as it takes to see that they are whole."""

from collections.abc import Callable

import numba
import numpy as np

SOUND, RAN_OUT, BROKEN = 0, 1, 2
MOST_ALIKE = 48
"""Equal coefficients in a row, none of them zero, are what a decoder makes of zeros in the place of data."""
MEAN_NORM = np.float32(1.02 * 8 * 128)
"""Largest coefficient of the mean of a block: that of white or black, 128 away from the middle."""


def _compiled(function: Callable) -> Callable:
    """Machine code that other threads run beside, kept on disk where there is a place for it."""
    try:
        return numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # neither the package nor the home folder can be written
        return numba.njit(nogil=True)(function)


@_compiled
def walk(data, blocks, units, restart, dc, ac, steps, most):
    """Decode `units` of blocks: `SOUND`, or `RAN_OUT` before the last one, or `BROKEN`.

    data: uint8 (n,) with stuffed zeros and restart markers; blocks: component of each block of a unit; dc, ac: int32
    (components, 65536) of `jpeg._lookup`; steps: quantisation (components, 64); most: largest squared norm of a block.
    """
    place, size = 0, len(data)
    bits, held = np.uint64(0), 0  # the last `held` bits of `bits` are read but not used
    previous = np.zeros(len(steps), np.int64)
    for unit in range(units):
        if restart and unit and unit % restart == 0:
            if held >= 8 or place + 1 >= size or data[place] != 0xFF:
                return BROKEN if place + 1 < size else RAN_OUT
            while place + 1 < size and data[place + 1] == 0xFF:
                place += 1
            if place + 1 >= size or data[place + 1] != 0xD0 + (unit // restart - 1) % 8:
                return BROKEN
            place, held, bits = place + 2, 0, np.uint64(0)
            previous[:] = 0
        for component in blocks:
            k, norm, alike, last = 0, np.float32(0.0), 0, 0
            while k < 64:
                # At most 16 bits of a code and 15 of a value are needed; beyond the data stand zeros.
                while held < 32 and place < size:
                    byte = data[place]
                    if byte == 0xFF:
                        if place + 1 < size and data[place + 1] == 0:
                            place += 1
                        else:
                            break  # a restart marker
                    place += 1
                    bits = (bits << np.uint64(8)) | np.uint64(byte)
                    held += 8
                window = bits << np.uint64(64 - held) if held else np.uint64(0)
                code = (dc if k == 0 else ac)[component, np.int64(window >> np.uint64(48))]
                length, symbol = code >> 8, code & 255
                count = symbol & 15
                if length == 0:
                    return BROKEN if held >= 16 else RAN_OUT
                if length + count > held:
                    return RAN_OUT
                value = 0
                if count:
                    value = np.int64((window << np.uint64(length)) >> np.uint64(64 - count))
                    if value < 1 << (count - 1):
                        value -= (1 << count) - 1
                held -= length + count
                if k == 0:
                    if symbol > 11:
                        return BROKEN
                    previous[component] += value
                    value = previous[component]
                    if abs(value) * steps[component, 0] > MEAN_NORM + steps[component, 0]:
                        return BROKEN
                elif count == 0:
                    if symbol == 0:
                        break
                    if symbol != 0xF0 or k + 16 > 63:
                        return BROKEN
                    k += 16
                    continue
                else:
                    k += symbol >> 4
                    if k > 63 or count > 10:
                        return BROKEN
                alike = alike + 1 if value == last else 0
                last = value
                norm += (np.float32(value) * steps[component, k]) ** 2
                k += 1
            if norm > most[component] or alike >= MOST_ALIKE:
                return BROKEN
    return BROKEN if held >= 8 or place < size else SOUND
