import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import entry_points

import pytest

from optimspec.conformance.protocol import Target
from optimspec.impls.shipped import SHIPPED, Shipped
from optimspec.spec.catalogue import ALGORITHMS, edits_of

VERDICTS = {"conforms", "variant", "imprecise", "nonconforming", "error"}


def name(shipped: Shipped) -> str:
    return f"{shipped.reference}{dict(shipped.args)}"


def adapters() -> Iterator[Callable[..., Target | None]]:
    """All whose framework is installed."""
    for entry in entry_points(group="optimspec.adapters"):
        with suppress(ModuleNotFoundError):
            yield entry.load()


def target(shipped: Shipped) -> Target:
    module, attribute = shipped.reference.split(":")
    obj = getattr(importlib.import_module(module), attribute)
    made = [adapt(obj, shipped.args, shipped.reference) for adapt in adapters()]
    (only,) = [one for one in made if one is not None]
    result: Target = only
    return result


def test_no_target_is_listed_twice() -> None:
    assert len({name(shipped) for shipped in SHIPPED}) == len(SHIPPED)


@pytest.mark.parametrize("shipped", SHIPPED, ids=name)
def test_exactly_one_adapter_takes_it(shipped: Shipped) -> None:
    assert target(shipped).claim == shipped.spec


@pytest.mark.parametrize("shipped", SHIPPED, ids=name)
def test_expectation_is_in_the_catalogues_words_and_order(shipped: Shipped) -> None:
    assert shipped.verdict in VERDICTS
    known = [edit.id for edit in edits_of(ALGORITHMS[shipped.spec])]
    assert list(shipped.edits) == [edit for edit in known if edit in shipped.edits]


def test_list_needs_no_torch() -> None:
    program = "import sys; sys.modules['torch'] = None; import optimspec.impls.shipped"
    subprocess.run([sys.executable, "-c", program], check=True)
