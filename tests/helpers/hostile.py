"""Text that means harm, and records that hold it wherever a record holds text."""

from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

RAN = "document['title']='ran'"
"""What a page must not run: it leaves a trace in the page's title."""

TEXTS = {
    "script": f"<script>{RAN}</script>",
    "image": f"\"'><img src=x onerror={RAN}>",
    "drawing": f"</style></title></textarea><svg onload={RAN}>",
    "section": f"]]>--><script>{RAN}</script><!--{{{{ 7*7 }}}}{{% raw %}}",
    "link": f"javascript:{RAN}",
    "data": f"data:text/html,<script>{RAN}</script>",
    "escape": "\x1b[2J\x1b]0;title\x07\x9b31m",
    "return": "good\rbad\b\b",
    "order": "\u202egnp\u2066 \u200b\ufeff",
    "nothing": "\x00 \x7f",
    "surrogate": "\ud800 \udcff",
    "lines": "a\u2028b\nc\td",
    "markdown": "| `a` [b](javascript:c) ![d](e) **f** @g # h <b> \\| i | ``j\n# k\n- l",
    "markup": "[/] [link=javascript:c]d[/link] [bold]",
    "formula": r"\def\a{\a\a}\href{javascript:b}{c}\style{d}{e}$&\frac",
}
"""By what each is meant to break."""


def made(cls: type[BaseModel], text: str, **given: object) -> Any:
    """A record of that class in which every text is ``text``, unchecked; but for what is given."""
    fields = {
        name: given[name] if name in given else _value(field.annotation, text)
        for name, field in cls.model_fields.items()
    }
    return cls.model_construct(**fields)


def _value(kind: Any, text: str) -> object:
    """Something of that type, with one of everything it may have."""
    if get_origin(kind) in (Annotated, Union, UnionType):
        return _value(get_args(kind)[0], text)
    if get_origin(kind) is list:
        return [_value(get_args(kind)[0], text)]
    if get_origin(kind) is dict:
        key, value = get_args(kind)
        return {_value(key, text): _value(value, text)}
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if issubclass(kind, Enum):
        return next(iter(kind))
    if issubclass(kind, BaseModel):
        return made(kind, text)
    return text if kind is str else kind(1)
