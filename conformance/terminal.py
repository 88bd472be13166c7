"""The terminal, which nobody's text can steer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from optimspec.conformance.visible import visible


class Terminal(Console):
    """A console that shows characters that act or hide as escapes, and ``:v:`` as it is written."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - whatever rich takes
        super().__init__(**options, emoji=False)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render as a console does, all text made visible; rich's own controls stay."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else visible(text), style, control)
