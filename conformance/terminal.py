"""The terminal, which nobody's text can steer."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from optimspec.conformance.visible import visible


class Terminal(Console):
    """A console that shows characters that act or hide as escapes, whatever they come in."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render as a console does, all text made visible; rich's own controls stay."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else visible(text), style, control)
