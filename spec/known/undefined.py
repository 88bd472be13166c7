"""Divisions of zero by zero that the equations do not make."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

DIVIDES_BY_NO_STEP: Final = Fault(
    id="divides-by-no-step",
    kind=Kind.BUG,
    category=Category.PRECISION,
    statement="RAdam divides by the adaptive step size also before steps are adaptive, when it is "
    "0.",
    effect="Where sqrt(v) + eps is 0 too, the parameter is NaN after the first step: in float16, "
    "where 1e-8 is 0, for gradients up to 5e-3; in any format for eps = 0 and a gradient of zero. "
    "The loop over parameters makes the step.",
    remedy="Choose between the two updates, and compute the one that is made.",
    test="One step of a float16 parameter with a gradient of 1e-5.",
    seen_in="PyTorch's RAdam with foreach=True.",
    links=("https://github.com/kozistr/pytorch_optimizer/issues/519",),
    aliases=("radam-fp16-foreach-nan",),
    specimen="optimspec.impls.faults.undefined:DividesByNoStep",
    spec="radam",
    formats=("float16",),
    caught_by=("contract.zero-gradient",),
)

CORRECTED_DENOMINATOR_UNDERFLOWS: Final = Fault(
    id="corrected-denominator-underflows",
    kind=Kind.BUG,
    category=Category.PRECISION,
    statement="AdaMax multiplies the denominator, eps included, by the bias correction.",
    effect="In float16 an eps of 1e-7 is kept, and a tenth of it, at the first step, is 0: a "
    "gradient of zeros gives 0/0 = NaN.",
    remedy="Divide the step size by the correction, as a number.",
    test="Step a float16 parameter with a gradient of zeros.",
    seen_in="Keras's Adamax.",
    links=("https://github.com/google-deepmind/optax/issues/1754",),
    aliases=("keras-adamax-fp16-zero-grad-nan",),
    specimen="optimspec.impls.faults.undefined:CorrectsDenominator",
    spec="adamax",
    formats=("float16",),
    caught_by=("contract.zero-gradient",),
)
