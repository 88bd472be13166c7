"""Small data sets made from a seed: nothing is downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from optimspec.reference.formats import Array

_GLYPHS: Final = """
.###. ..#.. .###. .###. ...#. ##### .###. ##### .###. .###.
#...# .##.. #...# #...# ..##. #.... #.... ....# #...# #...#
#..## ..#.. ....# ....# .#.#. ####. #.... ...#. #...# #...#
#.#.# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .####
##..# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....#
#...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ....#
.###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .###.
"""
"""The ten digits in five columns and seven rows, as dot-matrix displays show them."""

_SIDE: Final = 8
"""Rows and columns of an image."""

_BLUR: Final = 0.2
"""Standard deviation of the noise on pixels from 0 to 1."""

_CENTRES: Final = ((0.0, 1.5), (1.5, -1.0), (-1.5, -1.0))
"""Where the clusters of ``blobs`` are; their standard deviation is 1, so that they overlap."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Inputs, a row for each example, and what is to be predicted of each: a class or a number."""

    inputs: Array
    labels: NDArray[np.int64] | Array

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, rows: NDArray[np.int64]) -> Examples:
        """Some of the examples."""
        return Examples(self.inputs[rows], self.labels[rows])


def digits(rng: np.random.Generator, count: int) -> Examples:
    """Images of digits, shifted at random and noisy, as vectors of 64 pixels; ten classes."""
    rows = [line.split() for line in _GLYPHS.split("\n") if line]
    glyphs = [np.array([[dot == "#" for dot in row[n]] for row in rows]) for n in range(10)]
    labels = rng.integers(10, size=count)
    images = rng.normal(0, _BLUR, (count, _SIDE, _SIDE))
    height, width = glyphs[0].shape
    corners = rng.integers((_SIDE - height + 1, _SIDE - width + 1), size=(count, 2))
    for image, label, (top, left) in zip(images, labels, corners, strict=True):
        image[top : top + height, left : left + width] += glyphs[label]
    return Examples(images.reshape(count, -1), labels)


def blobs(rng: np.random.Generator, count: int) -> Examples:
    """Points of the plane in three clusters that overlap; three classes."""
    labels = rng.integers(len(_CENTRES), size=count)
    return Examples(np.array(_CENTRES)[labels] + rng.standard_normal((count, 2)), labels)


def line(rng: np.random.Generator, count: int) -> Examples:
    """Points of y = 2x + 1, with noise of a tenth, for x from -1 to 1."""
    inputs = rng.uniform(-1, 1, (count, 1))
    return Examples(inputs, 2 * inputs[:, 0] + 1 + 0.1 * rng.standard_normal(count))


def halves(rng: np.random.Generator, count: int) -> Examples:
    """Points of the plane on two sides of a line, noisy; classes 0 and 1."""
    inputs = rng.standard_normal((count, 2))
    side = inputs @ np.array([1.0, -1.0]) + 0.5 * rng.standard_normal(count)
    return Examples(inputs, (side > 0).astype(np.int64))
