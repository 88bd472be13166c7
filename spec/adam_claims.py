"""The claims about Adam and AdamW, in the order in which they build on each other."""

from typing import Final

from optimspec.spec.adam import ADAM
from optimspec.spec.adam_claims_bound import STEP_BOUND
from optimspec.spec.adam_claims_forms import FORM_CLAIMS
from optimspec.spec.adam_claims_limits import LIMIT_CLAIMS
from optimspec.spec.adam_claims_moments import moment_claims
from optimspec.spec.adam_claims_paper import PAPER_CLAIMS
from optimspec.spec.adamw import ADAMW
from optimspec.spec.claim import Claim
from optimspec.spec.claim_lemmas import CAUCHY_SCHWARZ, GEOMETRIC, LAGRANGE

ADAM_CLAIMS: Final[tuple[Claim, ...]] = (
    GEOMETRIC,
    *moment_claims(ADAM),
    *FORM_CLAIMS,
    LAGRANGE,
    CAUCHY_SCHWARZ,
    STEP_BOUND,
    *LIMIT_CLAIMS,
    *PAPER_CLAIMS,
)

ADAMW_CLAIMS: Final[tuple[Claim, ...]] = (GEOMETRIC, *moment_claims(ADAMW))
"""Only those about the moments: weight decay adds to the step."""
