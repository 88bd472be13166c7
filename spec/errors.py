"""The mistakes one can make when writing or looking up a specification."""


class SpecError(Exception):
    """Base of every error raised by :mod:`optimspec.spec`."""


class MalformedAlgorithm(SpecError):  # noqa: N818 - the name says the mistake, as in attrs
    """An equation uses a symbol that nothing before it defines, or a piece is missing."""


class EditDoesNotApply(SpecError):  # noqa: N818
    """An edit's pattern does not occur in the equations it is applied to.

    Catalogues try thousands; so the sentence, which takes long to print, is made when it is read.
    """

    def __init__(self, pattern: object, where: str) -> None:
        super().__init__(pattern, where)

    def __str__(self) -> str:
        """Say which pattern is missing where."""
        pattern, where = self.args
        return f"{pattern} does not occur in {where}."


class UnknownName(SpecError):  # noqa: N818
    """No algorithm, variant or bug of that name is in the catalogue."""
