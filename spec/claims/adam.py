"""The claims about Adam and AdamW, in the order in which they build on each other."""

from collections.abc import Mapping
from typing import Final

from optimspec.spec.algorithms.adam import ADAM
from optimspec.spec.algorithms.adamw import ADAMW
from optimspec.spec.claim import Claim
from optimspec.spec.claim_lemmas import CAUCHY_SCHWARZ, GEOMETRIC, LAGRANGE
from optimspec.spec.claims.adam_bound import STEP_BOUND
from optimspec.spec.claims.adam_forms import FORM_CLAIMS
from optimspec.spec.claims.adam_limits import LIMIT_CLAIMS
from optimspec.spec.claims.adam_moments import moment_claims
from optimspec.spec.claims.adam_paper import PAPER_CLAIMS

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    ADAM.name: (
        GEOMETRIC,
        *moment_claims(ADAM),
        *FORM_CLAIMS,
        LAGRANGE,
        CAUCHY_SCHWARZ,
        STEP_BOUND,
        *LIMIT_CLAIMS,
        *PAPER_CLAIMS,
    ),
    # Only those about the moments: weight decay adds to the step.
    ADAMW.name: (GEOMETRIC, *moment_claims(ADAMW)),
}
