"""The mistakes one can make when writing or looking up a specification."""


class SpecError(Exception):
    """Base of every error raised by :mod:`optimspec.spec`."""


class MalformedAlgorithm(SpecError):  # noqa: N818 - the name says the mistake, as in attrs
    """An equation uses a symbol that nothing before it defines, or a piece is missing."""


class EditDoesNotApply(SpecError):  # noqa: N818
    """An edit's pattern does not occur in the equations it is applied to."""


class UnknownName(SpecError):  # noqa: N818
    """No algorithm, variant or bug of that name is in the catalogue."""
