"""Make the run."""

import sys

from optimspec.impls.gpu.command import main

if __name__ == "__main__":
    sys.exit(main())
