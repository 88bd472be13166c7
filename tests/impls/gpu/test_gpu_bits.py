"""The comparison of bits, with the host build in the place of kernels: faults in it are seen."""

import shutil

import pytest
import torch

from optimspec.impls.cuda.agreement import FORMATS, SCALARS, Case, cases, drawn, misalignments
from optimspec.impls.cuda.build import CompilerNotFound
from optimspec.impls.cuda.host import HOST, host_library
from optimspec.impls.cuda.launchers import LaunchFailed
from optimspec.impls.gpu import bits
from optimspec.impls.gpu.long import of_long_tensors
from optimspec.impls.gpu.movers import on_host
from optimspec.impls.gpu.placed import placed

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, HOST.compilers)),
    reason=f"found none of {', '.join(HOST.compilers)}: no bits were compared",
)

OUT_OF_LINE = (2, 6, 4, 8)


def small():
    """A tensor, an empty one beside it, and one out of line, in both formats."""
    for dtype in FORMATS:
        offsets = ((0,) * 4, (0,) * 4, tuple(o - o % dtype.itemsize for o in OUT_OF_LINE))
        yield Case("small", dtype, SCALARS["AdamW"], (5, 0, 9), offsets, drawn)


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
        harm(jobs[-1])

    return move


def next_below(job):
    job.m[0] = torch.nextafter(job.m[0], torch.tensor(-torch.inf))


def beside(job):
    job.v.as_strided((job.v.numel() + 1,), (1,), job.v.storage_offset())[-1] += 1


HARMS = {
    "param": lambda job: job.param[0].neg_(),
    "grad": lambda job: job.grad.zero_(),
    "m": next_below,
    "v": beside,
}


def test_equal_kernels_are_found_equal():
    assert bits.equal(small(), on_host, on_host, "cpu") == ("", "28 elements in 2 launches.")


@pytest.mark.parametrize("name", HARMS)
def test_a_fault_in_a_tensor_or_beside_it_is_seen(name):
    problem, _ = bits.equal(small(), faulty(HARMS[name]), on_host, "cpu")
    assert f"values of {name} of tensor 2 differ" in problem


def test_a_gpu_is_given_all_cases_of_the_ptx_and_larger_ones():
    names = {case.name for case in bits.on_gpu()}
    assert {case.name for dtype in FORMATS for case in cases(dtype)} < names
    assert {"4194304 elements", "40 tensors"} < names


def test_tensors_lie_where_a_case_says():
    for dtype in FORMATS:
        ways = misalignments(dtype)
        case = Case("", dtype, SCALARS["AdamW"], (3,) * len(ways), ways, drawn)
        found = [tuple(x.data_ptr() % 16 for x in one.job) for one in placed(case, "cpu")]
        assert found == list(ways)


def test_nan_of_any_kind_is_one_and_zero_has_a_sign():
    many = torch.tensor([0x7FC00000, 0x7F800001, -1], dtype=torch.int32).view(torch.float32)
    assert len(bits.bits(many).unique()) == 1
    assert len(bits.bits(torch.tensor([0.0, -0.0])).unique()) == 2


def test_runs_that_part_are_seen():
    numbers = iter(range(2))

    def unsteady(jobs, scalars):
        on_host(jobs, scalars)
        jobs[0].v[0] += next(numbers)

    assert bits.repeated(on_host, "cpu", 9) == ""
    assert bits.repeated(unsteady, "cpu", 9) == "1 values differ."


def long(move, free=lambda: 2**60):
    return [
        of_long_tensors(rule, dtype, move, on_host, "cpu", n=10_007, period=1001, free=free)
        for rule, dtype in zip(bits.rules("cuda")[2:], bits.LONG_FORMATS.values(), strict=True)
    ]


def test_a_long_tensor_is_compared_to_its_last_element():
    def all_but_the_last(jobs, scalars):
        on_host([type(job)(*(tensor[:-1] for tensor in job)) for job in jobs], scalars)

    assert all(found.passed for found in long(on_host))
    assert [found.message for found in long(all_but_the_last)] == [
        f"1 of 10007 values of param differ in torch.{name}." for name in ("bfloat16", "float32")
    ]


def test_of_long_tensors_those_that_fit_are_run():
    in_bfloat16, in_float32 = long(on_host, free=lambda: 10_007 * 13 + 2**30)
    assert in_bfloat16.passed
    assert in_float32.passed is None
    assert in_float32.message.startswith("GPU: not run, of ")


def test_kernels_that_cannot_be_made_are_not_run():
    def missing():
        raise CompilerNotFound("there is no nvcc")

    found = list(bits.compared("cuda", missing, "cpu", small))
    assert [one.id for one in found] == [rule.id for rule in bits.rules("cuda")]
    assert {(one.passed, one.message) for one in found} == {(None, "there is no nvcc")}


def test_every_rule_gets_its_finding(monkeypatch):
    monkeypatch.setattr(bits, "repeated", lambda *_: "They part.")
    monkeypatch.setattr(bits, "of_long_tensors", lambda rule, *_: rule.not_run("too long"))
    found = [*bits.compared("cuda", lambda: on_host, "cpu", small)]

    assert [one.id for one in found] == [rule.id for rule in bits.rules("cuda")]
    assert [one.passed for one in found] == [True, False, None, None]


def test_kernels_that_fail_leave_every_rule_told_and_other_kernels_their_own_step():
    def refused(jobs, scalars):
        raise LaunchFailed("status 700")

    cuda, triton = bits.BITS
    found = [*cuda.whole(lambda: bits.compared("cuda", lambda: refused, "cpu", small))]

    assert [(one.id, one.passed) for one in found] == [
        ("bits.cuda.whole", False),
        *((rule.id, None) for rule in cuda.rules),
    ]
    assert triton.rules == bits.rules("triton")
