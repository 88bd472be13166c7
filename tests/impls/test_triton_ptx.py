"""What Triton makes of the kernels for a GPU, read and executed, and what would be launched."""

import shutil
import sys
from functools import partial
from itertools import chain
from types import SimpleNamespace

import pytest
import torch

from optimspec.impls.cuda.agreement import FORMATS, SCALARS, difference
from optimspec.impls.cuda.host import HOST, host_library
from optimspec.impls.cuda.kernels import Job
from optimspec.impls.ptx import Module
from optimspec.impls.ptx.faults import OutOfBounds
from optimspec.impls.triton import InterpretedAdam, TritonAdam, TritonAdamW
from optimspec.impls.triton.evidence import far_case, moves, roundings
from optimspec.impls.triton.executed import executed_step, far_step, module_of
from optimspec.impls.triton.launch import COMPILED, OPTIONS, launch
from optimspec.impls.triton.load import TritonNotFound, kernels
from optimspec.impls.triton.ptx import VARIANTS, Variant, ptx_text
from triton_kernels import few, needs_triton, planted

needs_compiler = pytest.mark.skipif(
    not any(map(shutil.which, HOST.compilers)),
    reason=f"found none of {', '.join(HOST.compilers)}: PTX was not executed beside the host",
)
ALIGNED = Variant(many=False, dtype=torch.float32, aligned=True)


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Build into folders of the test's own; what runs at the same time shares Triton's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("TRITON_CACHE_DIR", str(tmp_path_factory.getbasetemp().parent / "triton"))
        host_library.cache_clear()
        yield
    host_library.cache_clear()


def of_all(text=ptx_text):
    return {variant: Module(text(variant)) for variant in VARIANTS}


@needs_triton
def test_every_rounding_is_fixed_and_every_aligned_tensor_moves_in_vectors():
    modules = of_all()
    assert roundings(modules)[0]
    assert moves(modules)[0]


LOOSE = {
    "fusion left to Triton": (
        "",
        "",
        {**OPTIONS, "enable_fp_fusion": True},
        "no rounding is named",
    ),
    "operator in place of div_rn": (
        "tl.div_rn(first, denominator)",
        "first / denominator",
        OPTIONS,
        "div.full.f32: the result is approximate",
    ),
    "sqrt in place of sqrt_rn": ("tl.sqrt_rn", "tl.sqrt", OPTIONS, "sqrt.approx.ftz.f32"),
}


@needs_triton
@pytest.mark.parametrize("fault", LOOSE)
def test_a_rounding_that_is_left_open_is_seen(fault, tmp_path):
    right, wrong, options, words = LOOSE[fault]
    module = planted(right, wrong, tmp_path, interpreted=False) if right else None
    passed, found = roundings({ALIGNED: Module(ptx_text(ALIGNED, module, options))})
    assert not passed
    assert words in found


@needs_triton
def test_moves_of_single_elements_are_seen(tmp_path):
    module = planted("    if aligned:", "    if not aligned:", tmp_path, interpreted=False)
    passed, found = moves({ALIGNED: Module(ptx_text(ALIGNED, module))})
    assert not passed
    assert "wide_loads=0" in found


@needs_triton
@needs_compiler
@pytest.mark.parametrize("dtype", FORMATS)
def test_executed_it_leaves_the_bits_of_the_host_build(dtype):
    runs = [*((case, executed_step) for case in few(dtype)), (far_case(dtype), far_step)]
    assert not [found for case, step in runs if (found := difference(case, step))]


OUTSIDE = {
    "mask off by one": ("start + at < n", "start + at <= n", executed_step),
    "index of 32 bits": (
        "tl.program_id(0).to(tl.int64) * block",
        "tl.program_id(0) * block",
        far_step,
    ),
}


@needs_triton
@pytest.mark.parametrize("fault", OUTSIDE)
def test_an_access_outside_of_a_tensor_is_seen(fault, tmp_path):
    right, wrong, step = OUTSIDE[fault]
    module = planted(right, wrong, tmp_path, interpreted=False)
    faulty = partial(step, modules=lambda variant: Module(ptx_text(variant, module)))
    with pytest.raises(OutOfBounds):
        difference(far_case(torch.float32), faulty)


class StandIn:
    """Takes the place of a GPU's driver: keeps what is launched."""

    def __init__(self):
        self.launched = []
        self.utils = SimpleNamespace(
            load_binary=lambda *_: (None, None, 0, 0, 1024),
            get_device_properties=lambda _: {"max_shared_mem": 2**16},
        )

    def get_current_target(self):
        from triton.backends.compiler import GPUTarget

        return GPUTarget("cuda", 90, 32)

    def get_current_device(self):
        return 0

    def get_current_stream(self, device):
        return 0

    def launcher_cls(self, source, metadata):
        return lambda *arguments: self.launched.append((metadata, arguments))


@pytest.fixture
def stand_in(monkeypatch):
    from triton.runtime import driver

    its = StandIn()
    monkeypatch.setattr(driver, "_active", its)
    return its


def jobs_of(sizes, dtype, first):
    rows = ([torch.ones(n + first) for _ in range(4)] for n in sizes)
    return [
        Job(p.to(dtype)[first:], g.to(dtype)[first:], m[first:], v[first:]) for p, g, m, v in rows
    ]


@needs_triton
@pytest.mark.parametrize("dtype", FORMATS)
def test_what_is_launched_is_what_was_looked_at(stand_in, dtype):
    module = kernels.__wrapped__(interpreted=False)
    for sizes in ((1,), (4096,), (1025,), (3, 4)):
        for first in (0, 1):
            launch(module, jobs_of(sizes, dtype, first), SCALARS["AdamW"], COMPILED)

    compiled = chain.from_iterable(
        kernel.device_caches[0][0].values() for kernel in (module.adam_one, module.adam_many)
    )
    looked_at = {ptx_text(variant) for variant in VARIANTS if variant.dtype == dtype}
    assert {kernel.asm["ptx"] for kernel in compiled} == looked_at
    assert [arguments[0] for _, arguments in stand_in.launched] == [1, 1, 4, 4, 2, 2, 2, 2]


@pytest.mark.parametrize("kind", [TritonAdam, TritonAdamW])
def test_cpu_tensors_are_refused_and_what_runs_there_is_named(kind):
    sentence = r"must be on a CUDA device; found one on cpu\. On a CPU, use InterpretedAdam"
    with pytest.raises(ValueError, match=sentence):
        kind([torch.zeros(2, requires_grad=True)])


@needs_triton
@pytest.mark.parametrize("said", ["0", "1"])
def test_what_triton_is_told_by_the_environment_changes_neither_copy(monkeypatch, said):
    from triton.runtime.interpreter import InterpretedFunction
    from triton.runtime.jit import JITFunction

    monkeypatch.setenv("TRITON_INTERPRET", said)
    fresh = kernels.__wrapped__
    assert isinstance(fresh(interpreted=True).adam_one, InterpretedFunction)
    assert isinstance(fresh(interpreted=False).adam_one, JITFunction)


@pytest.fixture
def without_triton(monkeypatch):
    monkeypatch.setitem(sys.modules, "triton", None)
    kernels.cache_clear()
    module_of.cache_clear()


def test_a_missing_triton_is_named(without_triton):
    with pytest.raises(TritonNotFound, match=r"need Triton 3\.6 or later; .*Install optimspec"):
        kernels(interpreted=True)


def test_without_triton_no_evidence_counts_as_a_pass(without_triton):
    found = list(InterpretedAdam.optimspec_evidence())
    assert len(found) > 1
    assert {each.passed for each in found} == {None}
    assert all("not run" in each.message for each in found)
