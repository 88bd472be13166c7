"""The Triton kernels, in Triton's interpreter, leave the bits of the host build."""

import shutil
from functools import partial

import pytest
import torch

from optimspec.impls.cuda import HostBuildAdam, HostBuildAdamW
from optimspec.impls.cuda.agreement import FORMATS, difference
from optimspec.impls.cuda.host import HOST, host_library
from optimspec.impls.triton import InterpretedAdam, InterpretedAdamW, interpreted
from optimspec.impls.triton.interpreted import fitting, interpreted_step
from optimspec.impls.triton.launch import Blocks
from triton_kernels import few, first_difference, needs_triton, planted

pytestmark = [
    needs_triton,
    pytest.mark.skipif(
        not any(map(shutil.which, HOST.compilers)),
        reason=f"found none of {', '.join(HOST.compilers)}: no step was made beside the host's",
    ),
]

FAULTS = {
    "product rounded before the sum": (
        "tl.fma(weight1, grad - first, first)",
        "weight1 * (grad - first) + first",
    ),
    "bfloat16 truncated": ("(bits + 0x7FFF + ((bits >> 16) & 1)) >> 16", "bits >> 16"),
    "mask off by one": ("start + at < n", "start + at < n - 1"),
    "L2 decay where there is none": ("tl.where(l2 != 0.0,", "tl.where(l2 == l2,"),
    "moments of a table swapped": ("v = tl.load(row + 3)", "v = tl.load(row + 2)"),
    "first block of a table forgotten": (
        "range(0, longest, block)",
        "range(block, longest, block)",
    ),
    "index not moved by the program": ("tl.program_id(0).to(tl.int64) * block", "0"),
    "reciprocal": ("tl.div_rn(first, denominator)", "first * (1 / denominator)"),
    "eps before the bias correction": (
        "tl.div_rn(tl.sqrt_rn(second), root2) + eps",
        "tl.div_rn(tl.sqrt_rn(second) + eps, root2)",
    ),
}


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Build into a folder of the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        host_library.cache_clear()
        yield
    host_library.cache_clear()


def in_pieces(jobs, scalars, module=None):
    interpreted_step(jobs, scalars, fitting(jobs, 2), module)


def test_every_bit_is_that_of_the_host_build():
    evidence = next(InterpretedAdam.optimspec_evidence())
    assert evidence.passed, evidence.message


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_changes_bits(fault, tmp_path):
    module = planted(*FAULTS[fault], tmp_path, interpreted=True)
    assert first_difference(partial(in_pieces, module=module))


@pytest.mark.parametrize("block", [1, 16, 64])
def test_how_the_work_is_cut_changes_no_bit(block):
    (table,) = (case for case in few(torch.float32) if len(case.sizes) > 1)

    def step(jobs, scalars):
        interpreted_step(jobs, scalars, Blocks(block, 1024))

    assert not difference(table._replace(sizes=(3, 65, 1)), step)


@pytest.mark.parametrize("dtype", FORMATS)
@pytest.mark.parametrize(
    ("kind", "beside"), [(InterpretedAdam, HostBuildAdam), (InterpretedAdamW, HostBuildAdamW)]
)
def test_an_optimizer_goes_the_way_of_the_host_build(kind, beside, dtype):
    ends = []
    for each in (kind, beside):
        params = [torch.linspace(-1, 1, n).to(dtype).requires_grad_() for n in (1, 6, 9)]
        params[1].data = params[1].data.reshape(2, 3).t()
        optimizer = each(params, lr=0.1, eps=1e-40)
        for t in range(1, 4):
            for param in params[: 1 + t]:
                param.grad = torch.full_like(param, 1 / t)
            optimizer.step()
        ends.append([*params, *(optimizer.state[param]["exp_avg_sq"] for param in params)])

    assert all(torch.equal(one, other) for one, other in zip(*ends, strict=True))


def test_where_the_interpreter_rounds_twice_a_fused_multiply_add_is_put_in(monkeypatch):
    from triton.runtime.interpreter import InterpreterBuilder, interpreter_builder

    def unfused(self, x, y, z):
        return type(z)(x.data * y.data + z.data, z.dtype.scalar)

    monkeypatch.setattr(InterpreterBuilder, "create_fma", unfused)
    interpreted._fuses.cache_clear()
    try:
        assert not interpreted._fuses()
        assert not any(difference(case, in_pieces) for case in few(torch.float32))
        assert "create_fma" not in vars(interpreter_builder)
    finally:
        interpreted._fuses.cache_clear()


@pytest.mark.filterwarnings("ignore")  # what tracing warns of differs by version
def test_a_step_that_torch_compile_is_given_is_not_traced():
    ends = []
    for compiled in (False, True):
        params = [torch.linspace(-1, 1, n).requires_grad_() for n in (4, 6)]
        step = InterpretedAdam(params).step
        step = torch.compile(step, backend="aot_eager") if compiled else step
        for param in params:
            param.grad = torch.ones_like(param)
        step()
        ends.append(params)

    assert all(torch.equal(one, other) for one, other in zip(*ends, strict=True))
