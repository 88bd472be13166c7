"""What this suite catches, beside what the tests of other projects catch when re-enacted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Final

from pydantic import BaseModel, ConfigDict

from optimspec.conformance import peers_apex, peers_others, peers_torch
from optimspec.conformance.judge import judge
from optimspec.conformance.peers_mistakes import MISTAKES, Mistake
from optimspec.conformance.record import Verdict
from optimspec.spec import ALGORITHMS

CAVEAT: Final = (
    "These are re-enactments of the tests' protocols on a CPU, not runs of the projects' kernels, "
    "and this suite was written knowing the mistakes."
)


@dataclass(frozen=True)
class Protocol:
    """A way of testing an optimizer.

    Parameters
    ----------
    id
        Its name.
    said
        The test, in a few words.
    passes
        Whether it lets an implementation with this mistake pass.
    absent
        Ids of the mistakes that cannot be made in what it tests.
    """

    id: str
    said: str
    passes: Callable[[Mistake], bool]
    absent: frozenset[str] = frozenset()


def _conforms(mistake: Mistake, *, format: str) -> bool:  # noqa: A002
    """Whether this suite says that an implementation with the mistake conforms."""
    spec = ALGORITHMS[mistake.shows.algorithm]
    found = judge(mistake.target, spec, formats=[format], proofs=False)
    return found.verdict is Verdict.CONFORMS


_NO_SUCH_OPTION: Final = frozenset({"maximize-ignored", "amsgrad-ignored"})
"""apex's FusedAdam and DeepSpeedCPUAdam have neither."""

_NOT_ONNX: Final = _NO_SUCH_OPTION | {
    "eps-hat",  # is what the operator specifies
    "step-starts-at-two",  # the operator is given T
    "decay-after-update",
    "adamw-actually-l2",
    "decay-not-scaled-by-lr",
}

PEERS: Final = (
    *(
        Protocol(
            f"pytorch-fused-{name}",
            f"PyTorch `test_fused_matches_forloop`, {name}",
            partial(peers_torch.fused_matches_forloop, format=name),
        )
        for name in peers_torch.TOLERANCES
    ),
    Protocol(
        "pytorch-direction",
        "PyTorch `test_forloop_goes_right_direction`",
        peers_torch.goes_right_direction,
    ),
    Protocol(
        "onnx", "ONNX `test_adam`, `test_adam_multiple`", peers_others.onnx_backend, _NOT_ONNX
    ),
    Protocol("apex-fused", "apex `TestFusedAdam`", peers_apex.fused_adam, _NO_SUCH_OPTION),
    Protocol("apex-native", "apex `AdamTest.testNative`", peers_apex.native, _NO_SUCH_OPTION),
    Protocol(
        "deepspeed",
        "DeepSpeed `test_torch_adamw_equal`, float32",
        peers_others.deepspeed_cpu_adam,
        _NO_SUCH_OPTION,
    ),
    Protocol(
        "optax",
        "optax `alias_test.test_optimization`",
        peers_others.optax_optimization,
        frozenset({"maximize-ignored"}),
    ),
)
"""The tests of other projects; their functions say where they are, and how they are re-enacted."""

PROTOCOLS: Final = (
    *PEERS,
    *(
        Protocol(f"optimspec-{name}", f"optimspec, {name}", partial(_conforms, format=name))
        for name in ("float64", "float32")
    ),
)


class Row(BaseModel):
    """What one protocol does with each mistake, by id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocol: str
    said: str
    caught: list[str]
    missed: list[str]

    @property
    def total(self) -> str:
        """How many are caught of those that can be made."""
        return f"{len(self.caught)} of {len(self.caught) + len(self.missed)}"


class Comparison(BaseModel):
    """Protocols beside each other. ``mistakes`` has a few words for each id."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str
    mistakes: dict[str, str]
    rows: list[Row]


Follow = Callable[[Iterable[bool], int], Iterable[bool]]


def compare(
    protocols: Sequence[Protocol] = PROTOCOLS,
    jobs: int | None = None,
    follow: Follow = lambda done, _: done,
) -> Comparison:
    """Put every mistake to every protocol.

    Parameters
    ----------
    protocols
        Which of :data:`PROTOCOLS`.
    jobs
        How many processes share the work; by default one for each core.
    follow
        Passes results on as they come, with how many there will be, so that progress can be shown.
    """
    cells = [(p.id, m.id) for p, m in product(protocols, MISTAKES) if m.id not in p.absent]
    with ProcessPoolExecutor(jobs or os.cpu_count()) as pool:
        passed = list(follow(pool.map(_passes, *zip(*cells, strict=True)), len(cells)))
    found = dict(zip(cells, passed, strict=True))
    return Comparison(
        about=CAVEAT,
        mistakes={m.id: m.said for m in MISTAKES},
        rows=[
            Row(
                protocol=p.id,
                said=p.said,
                caught=[m.id for m in MISTAKES if found.get((p.id, m.id)) is False],
                missed=[m.id for m in MISTAKES if found.get((p.id, m.id))],
            )
            for p in protocols
        ],
    )


def _passes(protocol: str, mistake: str) -> bool:
    """One cell, by names, which processes can exchange; symbols they cannot."""
    (tester,) = (p for p in PROTOCOLS if p.id == protocol)
    (tested,) = (m for m in MISTAKES if m.id == mistake)
    return tester.passes(tested)


def markdown(found: Comparison) -> str:
    """The table of a README: one row per protocol, which names the fewer of caught and missed."""
    lines = ["| test | caught | missed |", "|---|---|---|"]
    for row in found.rows:
        lines.append(f"| {row.said} | {row.total} | {_missed(row, found.mistakes)} |")
    return "\n".join([*lines, "", found.about, ""])


def _missed(row: Row, said: Mapping[str, str]) -> str:
    caught, missed = (", ".join(said[name] for name in names) for names in (row.caught, row.missed))
    if len(row.missed) <= len(row.caught):
        return missed or "none"
    return f"all but {caught}" if caught else "all"
