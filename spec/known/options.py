"""Options that a constructor accepts and a step never looks at."""

from typing import Final

from optimspec.spec.entry import Category, Fault, Kind

_HOSTS: Final = ("torch.optim:Adam", "torch.optim:AdamW")

AMSGRAD_DROPPED: Final = Fault(
    id="amsgrad-dropped",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="The constructor accepts amsgrad, and a step does not look at it.",
    effect="With the option off nothing shows; with it on, the optimizer is still Adam "
    "(amsgrad-ignored).",
    remedy="Do what the option says, or refuse it.",
    test="Run with amsgrad off and on, for a large gradient and then small ones: the runs must "
    "differ.",
    seen_in="bitsandbytes' 8-bit Adam and LAMB, as with bias_correction and adam_w_mode.",
    links=(
        "https://github.com/bitsandbytes-foundation/bitsandbytes/pull/2088",
        "https://github.com/bitsandbytes-foundation/bitsandbytes/issues/1261",
    ),
    specimen="optimspec.impls.faults.options:DropsAmsgrad",
    needs=("amsgrad",),
    into=_HOSTS,
    caught_by=("option.amsgrad",),
)

MAXIMIZE_DROPPED: Final = Fault(
    id="maximize-dropped",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="The constructor accepts maximize, and a step does not look at it.",
    effect="With the option off nothing shows; with it on, the objective is still minimized "
    "(maximize-ignored).",
    remedy="Do what the option says, or refuse it.",
    test="One step with maximize and a gradient of 1: the parameter must increase.",
    seen_in="Adai of pytorch_optimizer, which turns the sign twice.",
    links=("https://github.com/kozistr/pytorch_optimizer/pull/528",),
    specimen="optimspec.impls.faults.options:DropsMaximize",
    needs=("maximize",),
    into=_HOSTS,
    caught_by=("option.maximize",),
)

WEIGHT_DECAY_DROPPED: Final = Fault(
    id="weight-decay-dropped",
    kind=Kind.BUG,
    category=Category.HYPERPARAMETER,
    statement="The constructor accepts weight_decay, and a step does not look at it.",
    effect="With a coefficient of 0 nothing shows; with another, no weight decays "
    "(weight-decay-ignored).",
    remedy="Do what the option says, or refuse it.",
    test="Run with weight_decay 0 and 0.1: the runs must differ.",
    seen_in="Paddle's Adam of 2017; SignSGD of pytorch_optimizer and OneFlow's RMSprop, fixed.",
    links=(
        "https://github.com/PaddlePaddle/Paddle/issues/5836",
        "https://github.com/kozistr/pytorch_optimizer/issues/517",
        "https://github.com/Oneflow-Inc/oneflow/pull/5755",
    ),
    specimen="optimspec.impls.faults.options:DropsWeightDecay",
    needs=("weight_decay",),
    into=("torch.optim:Adam",),
    caught_by=("option.weight_decay",),
)
