"""A list for a census whose environment is this one: a right row, a wrong one, and two that end."""

from pathlib import Path

from thirty import TARGETS

WRONG = """

class DoublingSGD(RightSGD):
    def step(self, gradients):
        super().step([2 * g for g in gradients])
"""

HEAD = """
[environment]
name = "here"

[[package]]
name = "numpy"
url = "https://pypi.org/project/numpy/"
"""


def row(target: str, more: str = "") -> str:
    """The lines of a row."""
    return f'[[package.row]]\ntarget = "{target}"\nspec = "sgd"\n{more}\n'


def confirmed(verdict: str, file: str, line: int, code: str, edits: str = "") -> str:
    """The lines of what was confirmed of the row before."""
    return (
        f'[package.row.confirmed]\nverdict = "{verdict}"\nedits = [{edits}]\n'
        f'[[package.row.confirmed.findings]]\nkind = "formula"\nsays = "It doubles gradients."\n'
        f'file = "{file}"\nline = {line}\ncode = "{code}"\n'
    )


def written(folder: Path, *names: str) -> Path:
    """A list of these targets of :data:`thirty.TARGETS` or :data:`WRONG`, in a file of a folder."""
    path = folder / "mean.py"
    path.write_text(TARGETS + WRONG, encoding="utf-8")
    made = folder / "here.toml"
    rows = "\n".join(row(f"{path}:{name}") for name in names)
    made.write_text(HEAD + rows, encoding="utf-8")
    return made
