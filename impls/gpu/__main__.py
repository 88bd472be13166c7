"""Make the run."""

import sys

from optimspec.impls.gpu.command import main
from optimspec.impls.gpu.ended import on_sigterm

if __name__ == "__main__":
    on_sigterm()
    sys.exit(main())
