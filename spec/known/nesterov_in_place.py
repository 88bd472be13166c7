"""Nesterov's momentum looked ahead in the buffer itself."""

from typing import Final

from optimspec.spec.algorithms.sgd import NESTEROV, b
from optimspec.spec.edit import Edit, Replace
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import alpha, g, mu, theta

NESTEROV_OVERWRITES_BUFFER: Final = Edit(
    id="nesterov-overwrites-buffer",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The momentum is looked ahead in place: the buffer that the next step builds on is "
    "g + mu b.",
    effect="What a gradient leaves in the buffer fades by mu^2 in each step instead of by mu: "
    "it is remembered about half as long for mu = 0.9. "
    "Relative difference of the displacement: 0 at t = 1, 0.34 at t = 10, "
    "0.082 at t = 100, 0.025 at t = 1000.",
    remedy="Look ahead in a temporary.",
    test="A gradient of 1, then zeros: the second step must be mu^2 / (1 + mu) times the first.",
    seen_in="The PyTorch code of google-research's scalable Shampoo, open.",
    links=("https://github.com/google-research/google-research/issues/1711",),
    aliases=("shampoo-nesterov-in-place",),
    operations=(
        Replace(b, g + mu * NESTEROV[b].rhs),
        Replace(theta, theta.prev - alpha * b),
    ),
    only=frozenset({NESTEROV.name}),
)
