"""Records as one HTML page that stands alone: no script, no request, no other file."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from optimspec.conformance.record import Counterexample, Record, Series
from optimspec.conformance.visible import visible
from optimspec.reports import wording
from optimspec.reports.mathml import mathml
from optimspec.reports.matrix import groups
from optimspec.reports.plot import error_plot

TITLE: Final = "Optimizer conformance"

T = TypeVar("T")


def render(records: Sequence[Record], *, title: str = TITLE) -> str:
    """Return a page about ``records``: a matrix, and everything known about each target.

    Parameters
    ----------
    records
        Shown in this order.
    title
        The page's title and first heading.

    Returns
    -------
    str
        HTML. The same records give the same text.
    """
    specifications = _distinct([record.specification for record in records])
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            title=title,
            records=records,
            specifications=specifications,
            environments=_distinct([record.environment for record in records]),
            groups=groups(records),
        )
    )


def environment(*, style: str = "", script: str = "") -> Environment:
    """The templates, and what every page may use in them.

    Parameters
    ----------
    style
        The name of a style sheet among them that a page has beside the usual one, or "".
    script
        The name of a script among them, the only one that the page's policy lets run, or "".
    """
    loader = PackageLoader("optimspec.reports")
    made = Environment(
        loader=loader,
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        breakable=_breakable,
        constant=wording.constant,
        math=mathml,
        number=wording.number,
        place=_place,
        exact=repr,
        tally=wording.tally,
        web=_is_web_link,
    )
    sheets, program = (
        "".join(loader.get_source(made, name)[0] for name in names if name)
        for names in (["page.css", style], [script])
    )
    made.globals.update(
        style_sheet=Markup(sheets),
        script=Markup(program),
        policy=_policy(sheets, program),
        verdicts=wording.VERDICTS,
        statuses=wording.STATUSES,
        headline=wording.headline,
        counterexamples=_counterexamples,
        times_bound=_times_bound,
        plots=_plots,
    )
    return made


def _policy(style: str, script: str) -> str:
    """Forbid a page everything but its own style sheet, and its own script if it has one."""
    scripts = f"script-src {_digest(script)}; " if script else ""
    styles = f"style-src {_digest(style)}; "
    return f"default-src 'none'; {scripts}{styles}base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    """Return the hash by which a policy allows a style sheet or script of that text."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _visible(value: object) -> object:
    """Make everything visible that a template shows, whether a record was checked or not."""
    if isinstance(value, Markup):
        return Markup(visible(value))
    return visible(value) if isinstance(value, str) else value


def _breakable(name: str) -> Markup:
    """Let a target's name break after its punctuation rather than within a word."""
    parts = re.split(r"(?<=[.:(,_])", visible(name))
    return Markup("<wbr>").join(parts)


def _place(name: str) -> str:
    """Return ``name`` as a part of a place in the page, which can be linked."""
    return quote(visible(name))


def _is_web_link(url: str) -> bool:
    """Tell whether ``url`` may become a link: http or https, and nothing that runs."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _counterexamples(record: Record) -> list[Counterexample]:
    return _distinct([c.counterexample for c in record.checks if c.counterexample is not None])


def _times_bound(found: Counterexample) -> str:
    """Return how many times the bound the error is; "" where the ratio says nothing."""
    return wording.number(found.error / found.bound) if found.bound > 0 else ""


def _plots(record: Record, name: str) -> list[tuple[str, Markup]]:
    """Return a caption and a drawing for each case and variable, one line for each format."""
    together: dict[tuple[str, str], list[Series]] = {}
    for series in record.series:
        together.setdefault((series.case, series.variable), []).append(series)
    return [
        (f"Error of {variable}, case {case}", error_plot(runs, f"{name}-plot{place}"))
        for place, ((case, variable), runs) in enumerate(together.items(), start=1)
    ]


def _distinct(items: Sequence[T]) -> list[T]:
    """Return ``items`` without those equal to an earlier one."""
    found: list[T] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
