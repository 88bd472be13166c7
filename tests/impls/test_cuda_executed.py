"""The kernels' PTX, executed, steps tensors as the host build does; a fault in them is seen."""

import shutil
from functools import partial

import pytest
import torch

from faulty_kernels import FAULTS, compiled, has_ptx
from optimspec.impls.cuda import (
    ExecutedAdam,
    ExecutedAdamW,
    HostBuildAdam,
    HostBuildAdamW,
    evidence,
)
from optimspec.impls.cuda.agreement import cases, difference
from optimspec.impls.cuda.build import CompilerNotFound
from optimspec.impls.cuda.executed import executed_step, shipped
from optimspec.impls.cuda.far import far_case, far_step
from optimspec.impls.cuda.host import HOST, host_library
from optimspec.impls.cuda.toolkit import tools
from optimspec.impls.ptx import Module, PtxFault

pytestmark = pytest.mark.skipif(
    not (has_ptx() and any(map(shutil.which, HOST.compilers))),
    reason="found neither nvcc nor NVRTC, or no C++ compiler: the kernels' PTX was not executed",
)


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Build into a folder of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        for cached in (host_library, shipped):
            cached.cache_clear()
        yield
    for cached in (host_library, shipped):
        cached.cache_clear()


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("faults"))


def caught(module, kernel):
    """By what a kernel of that name is seen to be wrong: an exception, or None for bits."""
    dtype = torch.bfloat16 if "bfloat16" in kernel else torch.float32
    near, far = partial(executed_step, module=module), partial(far_step, module=module)
    for case in cases(dtype):
        if ("many" in kernel) == (len(case.sizes) > 1) and difference(case, near):
            return
    if "one" in kernel and difference(far_case(dtype), far):
        return
    pytest.fail(f"{kernel} was taken for right")


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_seen(name, faulty):
    fault = FAULTS[name]
    try:
        by = caught(faulty[name], fault.kernel)
    except PtxFault as found:
        by = type(found)
    assert by is fault.seen_by


def test_what_differs_is_named():
    text = shipped().text.replace("sub.rn.f32", "add.rn.f32")
    passed, said = evidence.bits(Module(text))
    assert not passed
    assert "torch.float32, Adam: 1 elements: 1 elements of param of tensor 0 differ" in said


def test_a_rule_that_is_broken_is_named():
    text = shipped().text.replace("st.global.f32", "st.global.v2.f32")
    passed, said = evidence.bits(Module(text))
    assert not passed
    assert "Refused. Every instruction must" in said


@pytest.mark.parametrize(
    ("kind", "host"), [(ExecutedAdam, HostBuildAdam), (ExecutedAdamW, HostBuildAdamW)]
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_an_optimizer_trains_as_the_host_build_does(kind, host, dtype):
    def trained(of):
        torch.manual_seed(0)
        whole = torch.randn(6, 8).to(dtype)
        params = [whole[:, 1:4].requires_grad_(), torch.randn((), dtype=dtype), torch.randn(0)]
        optimizer = of([param.to(dtype).requires_grad_() for param in params], weight_decay=0.1)
        for _ in range(3):
            for param in optimizer.param_groups[0]["params"]:
                param.grad = torch.randn(param.shape).to(dtype)
            optimizer.step()
        every = optimizer.param_groups[0]["params"]
        return [t for p in every for t in (p.detach(), optimizer.state[p]["exp_avg_sq"])]

    assert all(map(torch.equal, trained(kind), trained(host)))


def test_tensors_stay_as_they_were_where_a_kernel_is_stopped():
    (case, *_) = (case for case in cases(torch.float32) if case.sizes == (1000,))
    module = Module(shipped().text.replace("v4.f32 \t[%rd", "v4.f32 \t[4+%rd"))
    jobs, before = case.jobs(), case.jobs()
    with pytest.raises(PtxFault):
        executed_step(jobs, case.scalars, module)
    assert all(map(torch.equal, jobs[0], before[0]))


def test_the_shipped_kernels_leave_the_bits_of_the_host_build_and_no_gpu_was_used():
    found = {each.id: each for each in ExecutedAdam.optimspec_evidence()}
    outcomes = {name: each.passed for name, each in found.items()}
    passed = dict.fromkeys(("ptx.rounding", "ptx.accesses", "ptx.bits"), True)
    assert outcomes == passed | {"ptx.registers": any(tools("ptxas")) or None, "gpu": None}
    assert found["ptx.bits"].message.startswith("96 launches on 1388 sets of tensors")
    assert found["gpu"].message.startswith("GPU: not run")


def test_evidence_without_a_compiler_was_not_run(monkeypatch):
    def missing():
        raise CompilerNotFound("found none")

    monkeypatch.setattr(evidence, "shipped", missing)
    found = list(evidence.evidence())
    assert {None} == {each.passed for each in found}
    assert all("not run" in each.message for each in found)
