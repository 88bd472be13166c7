"""Lay a checkout out as the installed package, without installing it: links, and its metadata.

``python .ci/tree.py CHECKOUT FOLDER`` needs nothing but Python. With FOLDER on the path, packages
are imported from the checkout, and its lists and adapters are found.
"""

import sys
import tomllib
from pathlib import Path


def main(checkout: Path, folder: Path) -> None:
    """Make the layout, in place of an older one."""
    declared = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    place = folder / project["name"]
    place.mkdir(parents=True, exist_ok=True)
    for package, source in declared["tool"]["setuptools"]["package-dir"].items():
        if package.count(".") == 1:
            link = place / package.partition(".")[2]
            link.unlink(missing_ok=True)
            link.symlink_to(checkout / source, target_is_directory=True)
    described(folder / f"{project['name']}-{project['version']}.dist-info", project)


def described(folder: Path, project: dict) -> None:
    """Write what ``importlib.metadata`` reads: name, version, dependencies, entry points."""
    folder.mkdir(exist_ok=True)
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}"]
    lines += [f"Requires-Dist: {each}" for each in project["dependencies"]]
    (folder / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    points = [
        "\n".join([f"[{group}]", *(f"{name} = {value}" for name, value in named.items())])
        for group, named in project["entry-points"].items()
    ]
    (folder / "entry_points.txt").write_text("\n".join(points) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
