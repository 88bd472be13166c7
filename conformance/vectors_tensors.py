"""Long vectors in safetensors files, whose tensors are in the format of the vectors itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from optimspec.conformance.vectors import KnownAnswer, Values
from optimspec.conformance.vectors_numbers import NotUsable
from optimspec.reference import FLOAT64, Array, Format


class _Kept(NamedTuple):
    """How a format is kept: its name in a file, and the type of its words in memory."""

    code: str
    word: str


_KEPT: Final = {
    "float64": _Kept("F64", "<f8"),
    "float32": _Kept("F32", "<f4"),
    "bfloat16": _Kept("BF16", "<u2"),
    "float16": _Kept("F16", "<f2"),
}


class NeedsSafetensors(Exception):  # noqa: N818 - the name says the mistake
    """The package safetensors is not installed; the message says how to get it."""

    def __init__(self) -> None:
        super().__init__(
            "Vectors of many steps are in a safetensors file, and the package safetensors is not "
            "installed. Install it with: pip install 'optimspec[vectors]'"
        )


def require_safetensors() -> None:
    """Raise NeedsSafetensors if that package is not installed."""
    try:
        import safetensors  # noqa: F401
    except ModuleNotFoundError as error:
        raise NeedsSafetensors from error


def packed(vectors: list[KnownAnswer]) -> bytes:
    """A safetensors file of the numbers of vectors that have every gradient.

    Names of tensors are ``ID/theta0/P``, ``ID/gradients/P``, ``ID/expected/VARIABLE/P`` and
    ``ID/bounds/VARIABLE/P``, P being the parameter's index; all but the first have the steps as
    their first axis. Bounds are float64, the others in the format of the vectors. Raises
    NeedsSafetensors.
    """
    require_safetensors()
    from safetensors import TensorSpec, serialize

    words, specs = [], {}
    for vector in vectors:
        for name, (values, into) in _tensors(vector).items():
            words.append(_words(values, into))  # kept until they are written
            specs[name] = TensorSpec(
                dtype=into.name,
                shape=values.shape,
                data_ptr=words[-1].ctypes.data,
                data_len=words[-1].nbytes,
            )
    return bytes(serialize(specs))


def unpacked(data: bytes, file: str) -> dict[str, Array]:
    """The tensors of a safetensors file by name; raises NotUsable, NeedsSafetensors."""
    require_safetensors()
    from safetensors import SafetensorError, deserialize

    try:
        return {name: _values(kept) for name, kept in deserialize(data)}  # type: ignore[no-untyped-call]
    except (SafetensorError, KeyError) as error:
        raise NotUsable(
            f"{file} must be a safetensors file of floating-point numbers: it is not, or was cut "
            "short. Export the vectors again."
        ) from error


def _tensors(vector: KnownAnswer) -> dict[str, tuple[Array, Format]]:
    experiment = vector.case.experiment
    own, made = experiment.arithmetic, {}
    for at, theta0 in enumerate(experiment.theta0):
        made[f"{vector.id}/theta0/{at}"] = (theta0, own)
        history = np.array([row[at] for row in experiment.gradients], dtype=np.float64)
        made[f"{vector.id}/gradients/{at}"] = (history, own)
    made |= _named(f"{vector.id}/expected", vector.expected, own)
    return made | _named(f"{vector.id}/bounds", vector.bounds, FLOAT64)


def _named(kind: str, values: Values, into: Format) -> dict[str, tuple[Array, Format]]:
    return {
        f"{kind}/{name}/{at}": (x, into) for at, of in enumerate(values) for name, x in of.items()
    }


def _words(values: Array, into: Format) -> Array:
    """Values that a format has, as it is kept."""
    if into.name != "bfloat16":
        return np.ascontiguousarray(values, dtype=_KEPT[into.name].word)
    upper = np.ascontiguousarray(values, dtype="<f4").view("<u4") >> 16
    return np.ascontiguousarray(upper, dtype=_KEPT[into.name].word)


def _values(kept: Mapping[str, Any]) -> Array:
    """The tensor of an entry of a file."""
    word = {each.code: each.word for each in _KEPT.values()}[kept["dtype"]]
    words = np.frombuffer(kept["data"], dtype=word)
    if kept["dtype"] == "BF16":
        words = (words.astype("<u4") << 16).view("<f4")
    return np.asarray(words, dtype=np.float64).reshape(kept["shape"])
