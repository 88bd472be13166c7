"""Text that may come from anybody, made fit to be shown: nothing in it acts, and nothing hides."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, which steer terminals, except tab and newline
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"  # what breaks lines and reorders text
    "\xad\u200b\u2060\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # what has no width
    "\ud800-\udfff\ufffe\uffff"  # what UTF-8 and XML 1.0 cannot hold
    "]"
)


def visible(text: str) -> str:
    r"""Return ``text`` with each character that acts or hides as its escape, such as ``\x1b``.

    These are control characters except tab and newline, marks that reorder text, invisible ones,
    and what neither UTF-8 nor XML can hold.
    """
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """Return ``text`` made visible and on one line."""
    return " ".join(visible(text).split())


def excerpt(text: str, most: int) -> str:
    """Return ``text`` made visible, at most ``most`` characters; of more, it says how many."""
    # Cut twice: escapes are longer than what they stand for, and slow to make of megabytes.
    return _cut(visible(_cut(text, most)), most)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    left_out = f"... ({len(text)} characters)"
    return text[: most - len(left_out)] + left_out
