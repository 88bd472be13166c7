"""Text that may come from anybody, made fit to be shown: nothing in it acts, and nothing hides."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, which steer terminals, except tab and newline
    "\u2028\u2029\ufff9-\ufffb"  # what breaks lines, and what hides annotations
    # Unicode's Default_Ignorable_Code_Point, marks that reorder text among them, except U+200C
    # and U+200D, without which Persian, Hindi and others cannot be spelled.
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff\ufffe\uffff"  # what UTF-8 and XML 1.0 cannot hold
    "]"
)


def visible(text: str) -> str:
    r"""Return ``text`` with each character that acts or hides as its escape, such as ``\x1b``.

    These are control characters except tab and newline, marks that reorder text, invisible ones
    except the two that join and part letters, and what neither UTF-8 nor XML can hold.
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
