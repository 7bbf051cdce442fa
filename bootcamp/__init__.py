"""Helpers of the AI for Science Bootcamp.

Importing this package is cheap: TensorFlow, Keras and PyTorch are imported only by the functions that use them.
"""

__version__ = "0.1.0"
