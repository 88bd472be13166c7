"""The comparison of bits, with the host build in the place of kernels: faults in it are seen."""

import shutil

import pytest
import torch

from optimspec.impls.cuda.build import CompilerNotFound
from optimspec.impls.cuda.host import HOST, host_library
from optimspec.impls.gpu import bits
from optimspec.impls.gpu.long import of_long_tensors
from optimspec.impls.gpu.movers import on_host
from optimspec.impls.gpu.placed import at_edges, misaligned, placed

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, HOST.compilers)),
    reason=f"found none of {', '.join(HOST.compilers)}: no bits were compared",
)

SMALL = {
    "sizes": lambda: ([placed(n, torch.float32, seed=n)] for n in (0, 1, 1001)),
    "alignment": lambda: ([one] for one in misaligned(5, torch.bfloat16)),
    "edges": lambda: ([at_edges(dtype)] for dtype in bits.FORMATS),
    "tables": lambda: ([placed(n, torch.bfloat16, seed=n) for n in (0, 1, 7)] for _ in range(1)),
}


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Build into a folder of the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        host_library.cache_clear()
        yield
    host_library.cache_clear()


def faulty(harm):
    """The host build, after which the last job is harmed."""

    def move(jobs, scalars):
        on_host(jobs, scalars)
        if jobs[-1].param.numel():
            harm(jobs[-1])

    return move


def beside(job):
    memory = job.v.as_strided((job.v.numel() + 1,), (1,), job.v.storage_offset())
    memory[-1] += 1


def next_below(job):
    job.m[0] = torch.nextafter(job.m[0], torch.tensor(-torch.inf))


HARMS = {
    "a bit of m": next_below,
    "the sign of a parameter": lambda job: job.param[0].neg_(),
    "what lies beside v": beside,
    "the gradient": lambda job: job.grad.zero_(),
}


@pytest.mark.parametrize("topic", SMALL)
def test_equal_kernels_are_found_equal(topic):
    problem, compared = bits.equal(SMALL[topic](), on_host, on_host, "cpu")
    assert problem == ""
    assert "All bits are equal, of" in compared


@pytest.mark.parametrize("topic", SMALL)
@pytest.mark.parametrize("harm", HARMS)
def test_a_fault_is_seen_in_each_topic(topic, harm):
    problem, _ = bits.equal(SMALL[topic](), faulty(HARMS[harm]), on_host, "cpu")
    assert "differ" in problem


def test_nan_of_any_kind_is_one():
    many = torch.tensor([0x7FC00000, 0x7F800001, -1], dtype=torch.int32).view(torch.float32)
    assert len(bits.bits(many).unique()) == 1
    assert len(bits.bits(torch.tensor([0.0, -0.0])).unique()) == 2


def test_every_place_modulo_sixteen_bytes_is_tried():
    for dtype, count in ((torch.float32, 4**4), (torch.bfloat16, 8 * 8 * 4 * 4)):
        places = {
            tuple(tensor.data_ptr() % 16 for tensor in one.job) for one in misaligned(5, dtype)
        }
        assert len(places) == count


def test_runs_that_part_are_seen(monkeypatch):
    monkeypatch.setattr(bits, "SIZES", (1001,))
    numbers = iter(range(100))

    def unsteady(jobs, scalars):
        on_host(jobs, scalars)
        jobs[0].v[0] += next(numbers)

    assert bits.repeated(on_host, "cpu") == ""
    assert bits.repeated(unsteady, "cpu").endswith("values differ.")


def long(move, free=lambda: 2**60):
    rule = bits.rules("cuda")["long"]
    return of_long_tensors(rule, move, on_host, "cpu", n=10_007, period=1001, free=free)


def test_a_long_tensor_is_compared_to_its_last_element():
    def to_the_last(jobs, scalars):
        on_host([type(job)(*(tensor[:-1] for tensor in job)) for job in jobs], scalars)

    assert long(on_host).passed
    assert long(to_the_last).message == "1 of 10007 values of p differ in torch.bfloat16."


def test_a_long_tensor_that_does_not_fit_is_not_run():
    found = long(on_host, free=lambda: 10)
    assert found.passed is None
    assert found.message.startswith("GPU: not run in torch.bfloat16, of ")


def test_kernels_that_cannot_be_made_are_not_run():
    def missing():
        raise CompilerNotFound("there is no nvcc")

    found = list(bits.compared("cuda", missing, "cpu"))
    assert [one.id for one in found] == [rule.id for rule in bits.rules("cuda").values()]
    assert {(one.passed, one.message) for one in found} == {(None, "not run, there is no nvcc")}


def test_all_topics_are_compared(monkeypatch):
    monkeypatch.setattr(bits, "BATCHES", {t: (t, batches) for t, batches in SMALL.items()})
    monkeypatch.setattr(bits, "SIZES", (1001,))
    monkeypatch.setattr(bits, "of_long_tensors", lambda rule, *_: rule.found("too long", ""))
    found = {one.id: one.passed for one in bits.compared("cuda", lambda: on_host, "cpu")}

    assert found.pop("bits.cuda.long") is False
    assert set(found) == {f"bits.cuda.{topic}" for topic in (*SMALL, "repeated")}
    assert all(found.values())
