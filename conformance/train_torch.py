"""Classification with torch: models whose gradients autograd computes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import torch
from torch import nn

from optimspec.conformance.train_data import Examples
from optimspec.conformance.train_record import Metrics, TaskRecord
from optimspec.conformance.train_task import Rows, Settings, Split, shuffled, split_of
from optimspec.reference import FORMATS, Array

TRAIN: Final = 1000
HELD_OUT: Final = 500
BATCH: Final = 50
EPOCHS: Final = 10
HIDDEN: Final = 32
"""Units between the two layers."""

_CLASSES: Final = {"digits": 10, "blobs": 3}
_ABOUT: Final = {
    "digits": "Images of the ten digits, 8 by 8 pixels, shifted and noisy",
    "blobs": "Points of the plane in three clusters that overlap",
}
_URL: Final = "https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html"


class Linear(nn.Module):
    """The layer x @ W + b, both registered as parameters."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.empty(inputs, outputs))
        self.bias = nn.Parameter(torch.empty(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """A row of outputs for each row of inputs."""
        return x @ self.weights + self.bias


def model_of(name: str, inputs: int, outputs: int) -> nn.Module:
    """A model of that name, its parameters without values yet."""
    if name == "linear":
        return Linear(inputs, outputs)
    return nn.Sequential(Linear(inputs, HIDDEN), nn.Tanh(), Linear(HIDDEN, outputs))


def start_values(model: nn.Module, rng: np.random.Generator) -> Iterator[Array]:
    """Weights of variance 1 / inputs, and no bias."""
    for parameter in model.parameters():
        shape = tuple(parameter.shape)
        yield (
            rng.standard_normal(shape) / np.sqrt(shape[0]) if len(shape) == 2 else np.zeros(shape)
        )


class TorchProblem:
    """A torch model with its data; see ``train_task.Problem``."""

    def __init__(
        self, settings: Settings, split: Split, model: nn.Module, theta0: tuple[Array, ...]
    ) -> None:
        self._settings, self._split, self._model = settings, split, model
        self._dtype = getattr(torch, settings.format)
        self._model.to(self._dtype)
        self._batch = min(settings.batch or BATCH, len(split.train))
        self._loss = nn.CrossEntropyLoss()
        self.theta0 = theta0

    @property
    def record(self) -> TaskRecord:
        """See ``Problem``."""
        settings, split = self._settings, self._split
        epochs = settings.epochs or EPOCHS
        layers = (
            "one layer" if settings.model == "linear" else f"two layers, {HIDDEN} units between"
        )
        return TaskRecord(
            name=settings.name,
            title=f"{settings.name.capitalize()}, {settings.model} model",
            about=f"{_ABOUT[settings.name]}; {layers}; cross-entropy, by torch's autograd.",
            formulas=[],
            source="PyTorch, torch.nn.CrossEntropyLoss",
            url=_URL,
            parameters=sum(x.size for x in self.theta0),
            train=len(split.train),
            held_out=len(split.held_out),
            batch=self._batch,
            epochs=epochs,
            steps=epochs * -(-len(split.train) // self._batch),
            format=settings.format,
        )

    def batches(self) -> Iterator[Rows]:
        """See ``Problem``."""
        return shuffled(self._settings.seed, len(self._split.train), self._batch)

    def gradient(self, theta: Sequence[Array], rows: Rows) -> tuple[Metrics, list[Array]]:
        """See ``Problem``."""
        self._take(theta)
        self._model.zero_grad()
        loss, metrics = self._evaluate(self._split.train.at(rows))
        loss.backward()  # type: ignore[no-untyped-call]
        gradients = [p.grad for p in self._model.parameters()]
        return metrics, [g.to(torch.float64).numpy() for g in gradients if g is not None]

    def measure(self, theta: Sequence[Array], *, held_out: bool = False) -> Metrics:
        """See ``Problem``."""
        self._take(theta)
        with torch.no_grad():
            return self._evaluate(self._split.held_out if held_out else self._split.train)[1]

    def _take(self, theta: Sequence[Array]) -> None:
        with torch.no_grad():
            for parameter, values in zip(self._model.parameters(), theta, strict=True):
                parameter.copy_(torch.from_numpy(np.array(values)))

    def _evaluate(self, examples: Examples) -> tuple[torch.Tensor, Metrics]:
        labels = torch.from_numpy(examples.labels)
        outputs = self._model(torch.from_numpy(examples.inputs).to(self._dtype))
        loss = self._loss(outputs, labels)
        right = (outputs.argmax(dim=1) == labels).double().mean()
        return loss, Metrics(loss=loss.item(), accuracy=right.item())


def torch_problem(settings: Settings) -> TorchProblem:
    """Data, model and start values, all from the seed."""
    rng = np.random.default_rng(settings.seed)
    split = split_of(settings.name, rng, TRAIN, HELD_OUT)
    model = model_of(settings.model, split.train.inputs.shape[1], _CLASSES[settings.name])
    into = FORMATS[settings.format]
    theta0 = tuple(into.round(values) for values in start_values(model, rng))
    return TorchProblem(settings, split, model, theta0)
