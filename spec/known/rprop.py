"""Rprop without taking steps back, and with its step sizes kept within their bounds throughout."""

from typing import Final

from sympy import Integer, Max, Min, Piecewise, sign

from optimspec.spec.algorithms.rprop import (
    delta,
    delta_max,
    delta_min,
    eta_minus,
    eta_plus,
    g_kept,
    kept_sign,
    u,
)
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import g

IGEL: Final = "https://doi.org/10.1016/S0925-2312(01)00700-7"
_DOCUMENTATION: Final = "https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html"

IRPROP_MINUS: Final = Edit(
    id="irprop-minus",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Where the gradient changes its sign the parameter stays where it is: the last step "
    "is not taken back. Igel and Huesken's iRprop-.",
    effect="After a sign change the parameter has overshot by one step more than in the paper.",
    test="Two steps with gradients of opposite sign: the paper returns to the start.",
    seen_in="PyTorch and optax, which both call it Rprop; PyTorch's documentation cites the paper "
    "of 1993.",
    links=(
        IGEL,
        _DOCUMENTATION,
        "https://github.com/pytorch/pytorch/issues/106221",
        "https://github.com/google-deepmind/optax/pull/695",
    ),
    operations=(Substitute(-u.prev, Integer(0), within=(u,)),),
)

RPROP_MINUS: Final = Edit(
    id="rprop-minus",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="A gradient that changes its sign is followed at once, with the smaller step size, "
    "and is the one to compare the next with. Igel and Huesken's Rprop-.",
    effect="No step is taken back or left out. A gradient that changes its sign at every step "
    "shrinks its step size at every step, not at every other.",
    test="Gradients that change their sign, three steps.",
    seen_in="The documentation of PyTorch until 2022, whose code has iRprop-.",
    aliases=("pytorch-rprop-doc-missing-reset",),
    links=(
        IGEL,
        "https://github.com/pytorch/pytorch/issues/70418",
        "https://github.com/pytorch/pytorch/pull/75555",
    ),
    operations=(Replace(u, -sign(g) * delta), Replace(g_kept, g)),
)

_FREE: Final = Piecewise(
    (delta.prev * eta_plus, kept_sign > 0), (delta.prev * eta_minus, kept_sign < 0),
    (delta.prev, True),
)  # fmt: skip

STEP_SIZE_CLAMPED: Final = Edit(
    id="rprop-step-size-clamped",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Step sizes are kept within both bounds at every step, the first included.",
    effect="None while the step size at the start lies within the bounds and these stay the same "
    "(claim rprop-step-size-within-bounds). Otherwise the first step is as long as the nearer "
    "bound, not as the step size that was given.",
    test="One step with a step size above the largest: lr = 100 moves by 50.",
    seen_in="PyTorch's code; its documentation has it as the paper, which was noticed when it was "
    "written.",
    links=("https://github.com/pytorch/pytorch/pull/63866", _DOCUMENTATION),
    operations=(Replace(delta, Min(delta_max, Max(delta_min, _FREE))),),
)
