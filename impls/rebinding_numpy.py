"""Adam that begins with two names for one array, and is right: it rebinds before it writes."""

from __future__ import annotations

from optimspec.impls.naive_numpy import NaiveAdam, Tensor


class RebindingAdam(NaiveAdam):
    """Adam whose new parameters start as the old ones themselves; see :class:`NaiveAdam`."""

    def _update(self, theta: Tensor, g: Tensor, m: Tensor, v: Tensor, t: int) -> None:
        params = params_new = theta
        params_new = params.copy()
        super()._update(params_new, g, m, v, t)
        params[...] = params_new
