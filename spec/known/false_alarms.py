"""Reports of mistakes that were none: what they describe computes the algorithm."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

FOLDED_BIAS_CORRECTION: Final = Fault(
    id="folded-bias-correction",
    kind=Kind.FALSE_ALARM,
    category=Category.BIAS_CORRECTION,
    statement="Neither moment is divided by its bias correction; both are folded into the step "
    "size, alpha sqrt(1 - beta2^t) / (1 - beta1^t).",
    effect="None, where eps is scaled by sqrt(1 - beta2^t) to match; else it is the variant "
    "eps-hat. It was reported as a bias correction that is missing.",
    test="Compare for eps = 0: the steps are those of Algorithm 1.",
    seen_in="Caffe; Keras; AdamP.",
    links=(
        "https://github.com/BVLC/caffe/issues/4224",
        "https://github.com/keras-team/keras/pull/10129",
        "https://github.com/clovaai/AdamP/issues/14",
    ),
    aliases=("folded-bias-correction-false-alarm",),
    specimen="optimspec.impls.correct_but_unusual:FoldedAdam",
)

ORDER_OF_SCALING: Final = Fault(
    id="order-of-scaling",
    kind=Kind.FALSE_ALARM,
    category=Category.EPSILON,
    statement="eps sqrt(1 - beta2^t) is added to sqrt(v), and the sum is divided by "
    "sqrt(1 - beta2^t).",
    effect="None but rounding, a unit or two in the last place. It was proposed as more stable "
    "than sqrt(v_hat) + eps, and it is neither more nor less so.",
    test="Compare in float64, within the error bound.",
    seen_in="bitsandbytes; a pull request to PyTorch.",
    links=("https://github.com/pytorch/pytorch/pull/163407",),
    aliases=("order-of-scaling-false-alarm",),
    specimen="optimspec.impls.correct_but_unusual:RescaledAdam",
)

INHERITED_ADAMW: Final = Fault(
    id="adamw-inherits-adam",
    kind=Kind.FALSE_ALARM,
    category=Category.WEIGHT_DECAY,
    statement="AdamW is a subclass of Adam that shrinks the parameter before Adam's update.",
    effect="None: the gradient and the moments know nothing of the decay. It was reported as "
    "AdamW that became Adam with an L2 penalty.",
    test="Make two steps with a gradient of zeros: the parameter shrinks, and m stays 0.",
    seen_in="Keras 3.",
    links=("https://github.com/keras-team/keras/issues/19051",),
    aliases=("keras-adamw-l2-false-alarm",),
    specimen="optimspec.impls.correct_but_unusual:InheritingAdamW",
    spec="adamw",
)

REBOUND_PARAMETERS: Final = Fault(
    id="rebound-parameters",
    kind=Kind.FALSE_ALARM,
    category=Category.LAYOUT,
    statement="Old and new parameters begin as two names of one array.",
    effect="None: the new ones are bound to a new array before anything is written. It was "
    "reported as aliasing.",
    test="Compare a run with one in which the array is copied first.",
    seen_in="Qiskit Algorithms.",
    links=("https://github.com/qiskit-community/qiskit-algorithms/issues/215",),
    aliases=("qiskit-adam-alias-false-alarm",),
    specimen="optimspec.impls.rebinding_numpy:RebindingAdam",
)
