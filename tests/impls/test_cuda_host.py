"""The header of the CUDA kernels, compiled for the host, makes exactly the roundings it writes."""

import itertools
import shutil
from dataclasses import asdict

import numpy as np
import pytest
import torch

import lerp_adam
from lerp_adam import Settings
from optimspec.impls.cuda import HostBuildAdam, HostBuildAdamW, build
from optimspec.impls.cuda.host import HOST, host_library, host_step
from optimspec.impls.cuda.scalars import AdamScalars, adam_scalars

pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, HOST.compilers)),
    reason=f"found none of {', '.join(HOST.compilers)}: the host build was not run",
)

SETTINGS = [
    (HostBuildAdam, Settings()),
    (HostBuildAdam, Settings(0.25, (0.5, 0.75), 0.125, weight_decay=0.3, maximize=True)),
    (HostBuildAdamW, Settings(0.01, (0.0, 0.9999), 1e-6, weight_decay=0.1)),
]
EDGES = [0.0, -0.0, 1e-45, -1.1754944e-38, 1.0, -3.5, 2e19, -3.4028235e38, np.inf, np.nan]
STEPS = 3


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Build into a folder of the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        host_library.cache_clear()
        yield
    host_library.cache_clear()


def drawn(n, seed=0):
    random = np.random.default_rng(seed)
    return (random.standard_normal(n) * 10.0 ** random.integers(-6, 3, n)).astype(np.float32)


def trained(kind, settings, param, gradients):
    """Make the steps; return parameter and moments as NumPy arrays of one dimension."""
    param.requires_grad_()
    optimizer = kind([param], **asdict(settings))
    for gradient in gradients:
        param.grad = torch.from_numpy(gradient).to(param.dtype).reshape(param.shape)
        optimizer.step()
    state = optimizer.state[param]
    every = (param.detach().float(), state["exp_avg"], state["exp_avg_sq"])
    return [each.flatten().numpy() for each in every]


def expected(kind, settings, p, gradients):
    m, v = np.zeros_like(p), np.zeros_like(p)
    for t, gradient in enumerate(gradients, 1):
        s = lerp_adam.scalars(settings, t, decoupled=kind.decoupled)
        p, m, v = lerp_adam.step(p, gradient, m, v, s)
    return p, m, v


def assert_same_bits(expected, got):
    for one, other in zip(expected, got, strict=True):
        np.testing.assert_array_equal(lerp_adam.bits(one), lerp_adam.bits(other))


@pytest.mark.parametrize("n", [0, 1, 3, 1023, 1025])
@pytest.mark.parametrize(("kind", "settings"), SETTINGS)
def test_every_bit_is_that_of_the_lerp_form(kind, settings, n):
    start, gradients = drawn(n), [drawn(n, seed) for seed in range(1, STEPS + 1)]

    got = trained(kind, settings, torch.from_numpy(start.copy()), gradients)

    assert_same_bits(expected(kind, settings, start, gradients), got)


@pytest.mark.parametrize(("kind", "settings"), SETTINGS)
def test_every_bit_at_the_ends_of_the_format(kind, settings):
    rows = np.array(list(itertools.product(EDGES, repeat=4)), np.float32)
    p, g, m, v = np.ascontiguousarray(rows.T)
    v = np.abs(v)
    group = asdict(settings)
    tensors = [torch.from_numpy(each.copy()) for each in (p, g, m, v)]

    host_step(*tensors, adam_scalars(group, 5, decoupled=kind.decoupled))

    s = lerp_adam.scalars(settings, 5, decoupled=kind.decoupled)
    got = [tensors[i].numpy() for i in (0, 2, 3)]
    assert_same_bits(lerp_adam.step(p, g, m, v, s), got)


@pytest.mark.parametrize("offsets", list(itertools.product((0, 1), repeat=4)))
def test_any_alignment_and_nothing_beside_it(offsets):
    n, guard = 37, 4
    memory = [torch.from_numpy(np.abs(drawn(n + 2 * guard, i))) for i in range(4)]
    before = [each.clone() for each in memory]
    parts = [slice(guard - offset, guard - offset + n) for offset in offsets]
    rows = [each[part].numpy().copy() for each, part in zip(memory, parts, strict=True)]
    settings = Settings(weight_decay=0.1)

    views = [each[part] for each, part in zip(memory, parts, strict=True)]
    host_step(*views, adam_scalars(asdict(settings), 1, decoupled=False))

    p, m, v = lerp_adam.step(*rows, lerp_adam.scalars(settings, 1, decoupled=False))
    for now, old, part, new in zip(memory, before, parts, (p, rows[1], m, v), strict=True):
        old[part] = torch.from_numpy(new)
        assert torch.equal(now, old)


def test_strides_of_parameter_gradient_and_moments_may_differ():
    start, gradient = drawn(12).reshape(3, 4), drawn(12, 1).reshape(3, 4)
    param, grad = torch.from_numpy(start.T.copy()).T, torch.from_numpy(gradient.copy())
    m, v = torch.zeros(4, 3).T, torch.zeros(3, 4)

    host_step(param, grad, m, v, adam_scalars(asdict(Settings()), 1, decoupled=False))

    flat = expected(HostBuildAdam, Settings(), start.ravel(), [gradient.ravel()])
    assert_same_bits(flat, [each.numpy().ravel() for each in (param, m, v)])


def test_bfloat16_parameters_are_rounded_to_nearest_even_once():
    start, gradient = torch.from_numpy(drawn(4096)).bfloat16(), torch.from_numpy(drawn(4096, 1))
    gradient[:3] = torch.tensor([np.inf, np.nan, 0.0])
    wide, narrow = start.float(), start.clone()
    rows = [gradient.bfloat16().float().numpy()]

    p, *moments = trained(HostBuildAdam, Settings(lr=0.5), wide, rows)
    got, *kept = trained(HostBuildAdam, Settings(lr=0.5), narrow, rows)

    rounded = torch.from_numpy(p).bfloat16().float().numpy()
    assert_same_bits([rounded, *moments], [got, *kept])


def test_subnormal_and_halfway_parameters_are_rounded_as_torch_rounds():
    top = np.arange(2**16, dtype=np.uint32) << 16
    words = (top[:, None] | np.array([0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF], np.uint32)).ravel()
    m = torch.from_numpy(words.view(np.float32).copy())
    finite = m[torch.isfinite(m)]
    p, zero = torch.zeros(len(finite), dtype=torch.bfloat16), torch.zeros(len(finite))
    scalars = AdamScalars(1.0, 0.0, 1.0, 0.0, 0.0, 1.0, -1.0, 1.0)

    host_step(p, zero.bfloat16(), finite.clone(), zero.clone(), scalars)

    assert torch.equal(p, finite.bfloat16())


FAULTS = {
    "product rounded before the sum": ("fma(s.weight1, sub(g, m), m)", "m + s.weight1 * (g - m)"),
    "sum of weighted terms": (
        "fma(s.weight2, fma(g, g, -v), v)",
        "fma(s.weight2, mul(g, g), (1 - s.weight2) * v)",
    ),
    "reciprocal": ("div(m, denominator)", "mul(m, 1.0f / denominator)"),
    "decay after the step": (
        "fma(-s.step, div(m, denominator), mul(s.shrink, p))",
        "s.shrink * fma(-s.step, div(m, denominator), p)",
    ),
    "eps inside the root": (
        "add(div(root(v), s.root2), s.eps)",
        "root(add(div(v, s.root2 * s.root2), s.eps))",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_changes_bits(fault, tmp_path, monkeypatch):
    right, wrong = FAULTS[fault]
    for name in ("adam_core.h", HOST.source):
        text = (build.SOURCES / name).read_text()
        (tmp_path / name).write_text(text.replace(right, wrong))
    assert wrong in (tmp_path / "adam_core.h").read_text()
    kind, settings = HostBuildAdamW, Settings(0.01, eps=1e-6, weight_decay=0.1)
    start, gradients = drawn(1025), [drawn(1025, seed) for seed in (1, 2)]

    monkeypatch.setattr(build, "SOURCES", tmp_path)
    host_library.cache_clear()
    got = trained(kind, settings, torch.from_numpy(start.copy()), gradients)
    host_library.cache_clear()

    with pytest.raises(AssertionError):
        assert_same_bits(expected(kind, settings, start, gradients), got)
