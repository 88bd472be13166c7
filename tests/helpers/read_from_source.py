"""What rows of the census compute, read in the packages' sources and written once more in NumPy.

Nothing here was made from this project's equations or adapters: ``against_packages.py`` puts it
beside the packages, and ``tests/impls/census/test_read_from_source.py`` beside the formulas of the
census.
"""

from sources_adam import ADAMS
from sources_mean_square import MEAN_SQUARES
from sources_sgd import SGDS

READ = SGDS | MEAN_SQUARES | ADAMS
"""By package, title and specification."""
