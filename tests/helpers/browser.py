"""A page in a headless browser, which asks nobody for anything."""

import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
MISSING = f"There is none of {', '.join(NAMES)} here."
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def opened(path, *more):
    """What became of the page in that file, and what the browser says about it."""
    found = subprocess.run(
        [BROWSER, *QUIET, *more, f"--user-data-dir={path.with_name('profile')}",
         "--enable-logging=stderr", "--virtual-time-budget=2000", "--dump-dom", path.as_uri()],
        capture_output=True, check=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    return found.stdout, [line for line in found.stderr.splitlines() if ":CONSOLE" in line]
