"""Settings, state and refusals of the optimizers in front of the CUDA kernels' header."""

import shutil

import pytest
import torch

from optimspec.impls.cuda import ExecutedAdam, HostBuildAdam, HostBuildAdamW
from optimspec.impls.cuda.build import CompilerNotFound
from optimspec.impls.cuda.host import HOST

needs_compiler = pytest.mark.skipif(
    not any(map(shutil.which, HOST.compilers)),
    reason=f"found none of {', '.join(HOST.compilers)}: no step was made",
)


def stepped(dtype=torch.float32, **settings):
    param = torch.linspace(-1, 1, 6, dtype=dtype).requires_grad_()
    optimizer = HostBuildAdam([param], **settings)
    param.grad = torch.full_like(param, 1 / 3)
    optimizer.step()
    return param, optimizer


@pytest.mark.parametrize("kind", [HostBuildAdam, HostBuildAdamW])
@pytest.mark.parametrize(
    "wrong",
    [
        {"lr": -1.0},
        {"lr": float("nan")},
        {"eps": -1.0},
        {"betas": (0.9, 1.0)},
        {"weight_decay": -0.1},
    ],
)
def test_settings_outside_of_their_domain_are_refused(kind, wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be"):
        kind([torch.zeros(2, requires_grad=True)], **wrong)


def test_complex_parameters_are_refused():
    with pytest.raises(TypeError, match="must be real; found a complex one"):
        HostBuildAdam([torch.zeros(2, dtype=torch.complex64, requires_grad=True)])


def test_parameters_elsewhere_are_refused_and_not_kept():
    optimizer = HostBuildAdam([torch.zeros(2, requires_grad=True)])

    with pytest.raises(ValueError, match="must be on a CPU device; found one on meta"):
        optimizer.add_param_group({"params": torch.zeros(2, device="meta", requires_grad=True)})

    assert len(optimizer.param_groups) == 1


def test_sparse_gradients_are_refused():
    param = torch.zeros(2, 2, requires_grad=True)
    param.grad = torch.ones(2, 2).to_sparse()
    with pytest.raises(TypeError, match="must be dense; found a sparse one"):
        HostBuildAdam([param]).step()


def test_other_formats_are_refused_before_anything_moves():
    good, bad = (torch.ones(2, dtype=d, requires_grad=True) for d in (torch.float32, torch.float64))
    optimizer = HostBuildAdam([good, bad])
    good.grad, bad.grad = torch.ones_like(good), torch.ones_like(bad)

    with pytest.raises(RuntimeError, match=r"in float32 or bfloat16; found torch.float64"):
        optimizer.step()

    assert torch.equal(good, torch.ones(2))


@needs_compiler
def test_a_parameter_without_a_gradient_stays_and_keeps_no_state():
    param, optimizer = stepped()
    other = torch.ones(2, requires_grad=True)
    optimizer.add_param_group({"params": other})

    optimizer.step()

    assert torch.equal(other, torch.ones(2))
    assert other not in optimizer.state
    assert optimizer.state[param]["step"] == 2


@pytest.mark.parametrize("kind", [HostBuildAdam, ExecutedAdam])
def test_a_step_that_is_refused_is_not_counted(kind, monkeypatch):
    def missing(*_):
        raise CompilerNotFound("found none")

    monkeypatch.setattr("optimspec.impls.cuda.host.host_library", missing)
    monkeypatch.setattr("optimspec.impls.cuda.executed.shipped", missing)
    param = torch.ones(2, requires_grad=True)
    optimizer = kind([param])
    param.grad = torch.ones_like(param)

    with pytest.raises(CompilerNotFound):
        optimizer.step()

    assert optimizer.state[param]["step"] == 0
    assert torch.equal(param, torch.ones(2))


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_moments_are_float32_and_survive_a_state_dict_bit_for_bit(dtype):
    param, optimizer = stepped(dtype)
    saved = optimizer.state_dict()
    other = HostBuildAdam([param])

    other.load_state_dict(saved)

    assert other.state[param]["step"] == 1
    for name in ("exp_avg", "exp_avg_sq"):
        assert other.state[param][name].dtype == torch.float32
        assert torch.equal(other.state[param][name], optimizer.state[param][name])
        assert other.state[param][name] is not optimizer.state[param][name]


@needs_compiler
def test_a_state_of_torchs_adam_can_be_loaded():
    param = torch.ones(2, 3).t().requires_grad_()
    theirs, ours = torch.optim.Adam([param]), HostBuildAdam([param])
    param.grad = torch.randn(3, 2)
    theirs.step()

    ours.load_state_dict({**theirs.state_dict(), "param_groups": ours.state_dict()["param_groups"]})
    ours.step()

    assert ours.state[param]["step"] == 2


@needs_compiler
def test_autograd_sees_that_a_parameter_has_moved():
    param, optimizer = stepped()
    loss = (param**2).sum()

    optimizer.step()

    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
