"""Shampoo's roots and sums in other forms."""

from dataclasses import replace
from typing import Final

from sympy import Interval

from optimspec.spec.algorithms.shampoo import SHAMPOO, L, R
from optimspec.spec.edit import Edit, Replace, Substitute
from optimspec.spec.entry import Category, Kind
from optimspec.spec.hyperparameters import BETA2
from optimspec.spec.operations import inverse_root, matmul, transpose
from optimspec.spec.symbols import beta2, g

_SHAMPOO: Final = frozenset({SHAMPOO.name})
_TORCH_OPTIMIZER: Final = (
    "https://github.com/jettify/pytorch-optimizer/blob/"
    "910b414565427f0a66e20040475e7e4385e066a5/torch_optimizer/shampoo.py"
)

_HALFWAY: Final = matmul(inverse_root(L, 4), g)

SUM_OF_PRECONDITIONED: Final = Edit(
    id="shampoo-sum-of-preconditioned",
    kind=Kind.BUG,
    category=Category.FORMULA,
    statement="The columns' sum is made of the gradient that the rows' root has been multiplied to "
    "already.",
    effect="The two sums no longer measure the same gradients: with those of size c, the columns' "
    "grows as sqrt(t) c, not as t c^2. Relative difference of the displacement: 0.4 at t = 1, "
    "0.47 at t = 10, 0.61 at t = 100, 0.88 at t = 1000.",
    remedy="Make both sums before the gradient is multiplied by either root.",
    test="One step of a 1 x 1 matrix with gradient 4 and a small eps: the second sum is 4, not 16.",
    seen_in="torch_optimizer, whose loop over the axes overwrites the gradient.",
    links=(_TORCH_OPTIMIZER,),
    operations=(Replace(R, R.prev + matmul(transpose(_HALFWAY), _HALFWAY)),),
    only=_SHAMPOO,
)

SQUARE_ROOTS: Final = Edit(
    id="shampoo-square-roots",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="The gradient is multiplied by inverse square roots of both sums, not by inverse "
    "fourth roots.",
    effect="The preconditioner is the square of the paper's: steps shrink as 1 / t, not as "
    "1 / sqrt(t), and are c times as short for gradients c times as large.",
    test="One step of a 1 x 1 matrix with gradient 4 and a small eps: it is alpha / 4 long, not "
    "alpha.",
    seen_in="Morwani et al., who recommend it; tf.contrib's Shampoo with alpha = 1; and by mistake "
    "moskomule's code and torch_optimizer, which divide by the number of axes where the paper "
    "divides by twice that number.",
    links=(
        "https://arxiv.org/abs/2406.17748",
        "https://www.tensorflow.org/versions/r1.15/api_docs/python/tf/contrib/opt/ShampooOptimizer",
        "https://github.com/jettify/pytorch-optimizer/issues/502",
        "https://github.com/moskomule/shampoo.pytorch/issues/2",
    ),
    operations=(
        Substitute(inverse_root(L, 4), inverse_root(L, 2)),
        Substitute(inverse_root(R, 4), inverse_root(R, 2)),
    ),
    only=_SHAMPOO,
)

AVERAGES: Final = Edit(
    id="shampoo-averages",
    kind=Kind.VARIANT,
    category=Category.FORMULA,
    statement="Both preconditioners are exponential averages of the products, not sums.",
    effect="Steps do not shrink as 1 / sqrt(t), and the first is longer, because an average that "
    "starts at eps is small: 31.6 times for beta2 = 0.999.",
    test="One step with beta2 = 0.5.",
    seen_in="google-research's scalable Shampoo, and by an option tf.contrib's and "
    "pytorch_optimizer's.",
    links=(
        "https://arxiv.org/abs/2002.09018",
        "https://github.com/google-research/google-research/blob/master/scalable_shampoo/jax/"
        "shampoo.py",
        "https://www.tensorflow.org/versions/r1.15/api_docs/python/tf/contrib/opt/ShampooOptimizer",
    ),
    operations=(
        Replace(L, beta2 * L.prev + (1 - beta2) * matmul(g, transpose(g))),
        Replace(R, beta2 * R.prev + (1 - beta2) * matmul(transpose(g), g)),
    ),
    # An average of one product alone has no inverse.
    hyperparameters=(replace(BETA2, domain=Interval.open(0, 1)),),
    only=_SHAMPOO,
)
