"""What would be seen in the PTX of the CUDA kernels, and in what ptxas says of it.

That the shipped kernels pass is a test of the executed optimizers' evidence.
"""

import re

import pytest

from faulty_kernels import has_ptx, ptx_of
from optimspec.impls.cuda import build, evidence
from optimspec.impls.cuda.executed import shipped
from optimspec.impls.cuda.nvcc import ptx_recipe
from optimspec.impls.cuda.toolkit import tools
from optimspec.impls.ptx import Module

pytestmark = pytest.mark.skipif(
    not has_ptx(),
    reason="found neither nvcc nor NVRTC: the kernels were not compiled, their PTX not looked at",
)
needs_ptxas = pytest.mark.skipif(
    not any(tools("ptxas")), reason="found no ptxas: no registers were counted"
)


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        shipped.cache_clear()
        yield shipped()
    shipped.cache_clear()


def test_fast_math_would_be_seen(tmp_path):
    source = (build.SOURCES / ptx_recipe().source).read_text()

    passed, said = evidence.rounding(Module(ptx_of(source, tmp_path, "-use_fast_math")))

    assert not passed
    assert re.search(r"has [\w.]*\.ftz\.f32: subnormal numbers are flushed to zero", said)


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("sub.rn.f32", "sub.f32", "no rounding is named"),
        ("div.rn.f32", "div.full.f32", "approximate"),
        ("sqrt.rn.f32", "sqrt.rz.f32", "not a float32 rounded to nearest"),
    ],
)
def test_a_rounding_that_is_not_fixed_would_be_seen(module, right, wrong, found):
    passed, said = evidence.rounding(Module(module.text.replace(right, wrong)))
    assert not passed
    assert f"has {wrong}" in said
    assert found in said


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        (r"ld\.global\.v4\.f32", "ld.v4.f32", r"generic=[1-9]"),
        (r"st\.global\.v4\.f32", "st.global.v2.f32", r"wide_stores=[01]\b"),
        (r"setp\.lt\.s64", "setp.lt.s32", r"narrow=[1-9]"),
    ],
)
def test_other_accesses_would_be_seen(module, right, wrong, found):
    passed, said = evidence.moves(Module(re.sub(right, wrong, module.text)))
    assert not passed
    assert re.search(found, said)


@needs_ptxas
def test_spilled_registers_would_be_seen(module):
    passed, said, *_ = evidence.counted(
        [Module(module.text.replace(".maxntid 256, 1, 1", ".maxnreg 24"))]
    )
    assert not passed
    assert re.search(r"of which [1-4] spill", said)


@needs_ptxas
def test_ptx_that_ptxas_refuses_is_not_run(module):
    with pytest.raises(build.BuildFailed, match=r"ptxas must accept the PTX; it said: .*error"):
        evidence.counted([Module(module.text.replace("fma.rn.f32", "fma.rn.f31"))])
