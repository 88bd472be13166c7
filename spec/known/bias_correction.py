"""Bias correction left out."""

from typing import Final

from sympy import Integer

from optimspec.spec.algorithms.adabelief import s_hat
from optimspec.spec.algorithms.adam import m_hat, v_hat
from optimspec.spec.edit import Edit, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.symbols import beta1, beta2, t

_FIRST: Final = 1 - beta1**t
_SECOND: Final = 1 - beta2**t

FIRST_MOMENT_NOT_CORRECTED: Final = Edit(
    id="first-moment-not-corrected",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="The first moment is used without its bias correction (AdamD).",
    effect="The first step is alpha (1-beta1): a tenth of alpha for beta1 = 0.9; a warmup over "
    "1 / (1-beta1) steps. "
    "Relative difference of the displacement: 0.9 at t = 1, 0.64 at t = 10, "
    "0.28 at t = 100, 0.09 at t = 1000.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="AdamD, on purpose; proposed to PyTorch as an option.",
    links=(
        "https://arxiv.org/abs/2110.10828",
        "https://github.com/pytorch/pytorch/issues/67105",
    ),
    operations=(Substitute(_FIRST, Integer(1), within=(m_hat,)),),
)

SECOND_MOMENT_NOT_CORRECTED: Final = Edit(
    id="second-moment-not-corrected",
    kind=Kind.BUG,
    category=Category.BIAS_CORRECTION,
    statement="The second moment is used without its bias correction.",
    effect="The first step is alpha / sqrt(1-beta2): 31.6 times alpha for beta2 = 0.999. "
    "Relative difference of the displacement: 31 at t = 1, 17 at t = 10, "
    "8.5 at t = 100, 2.9 at t = 1000.",
    remedy="Divide v by 1 - beta2**t.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="The formula of a tutorial, where v stood without its hat; fixed.",
    links=("https://github.com/phlippe/uvadlc_notebooks/pull/35",),
    operations=(Substitute(_SECOND, Integer(1), within=(v_hat,)),),
)

NO_BIAS_CORRECTION: Final = Edit(
    id="no-bias-correction",
    kind=Kind.VARIANT,
    category=Category.BIAS_CORRECTION,
    statement="The moments are used as they are, without bias correction.",
    effect="The first step is alpha (1-beta1) / sqrt(1-beta2) instead of alpha: 3.16 times as long "
    "for betas (0.9, 0.999), 0.447 times for (0.9, 0.95); the difference fades over 1 / (1-beta2) "
    "steps. "
    "Relative difference of the displacement: 2.2 at t = 1, 4.3 at t = 10, "
    "4 at t = 100, 1.6 at t = 1000.",
    test="One step from zero state: |step| / alpha must be 1.",
    seen_in="MLX and its ports, where bias_correction=False is the default; BERT's "
    "AdamWeightDecay; Hugging Face with correct_bias=False; ONNX Runtime by an attribute. By "
    "mistake: Flux's AdaBelief until 2022.",
    aliases=("adam-no-bias-correction", "flux-adabelief-no-bias-correction"),
    operations=(
        Substitute(_FIRST, Integer(1), within=(m_hat,)),
        Substitute(_SECOND, Integer(1), within=(v_hat, s_hat)),
    ),
    links=(
        "https://ml-explore.github.io/mlx/build/html/python/optimizers/_autosummary/mlx.optimizers.Adam.html",
        "https://github.com/ml-explore/mlx/pull/1640",
        "https://github.com/ml-explore/mlx/pull/72",
        "https://github.com/oxiglade/mlx-rs/issues/301",
        "https://github.com/EurekaLabsAI/micrograd/pull/2",
        "https://github.com/asappresearch/revisit-bert-finetuning/issues/2",
        "https://github.com/intel/analytics-zoo/issues/781",
        "https://github.com/microsoft/onnxruntime/pull/3301",
        "https://github.com/FluxML/Flux.jl/issues/1962",
    ),
    option="bias_correction",
)
