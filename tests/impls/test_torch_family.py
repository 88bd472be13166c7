"""The list of torch.optim is complete: every optimizer, and every option that runs on a CPU."""

import inspect

import torch

from optimspec.impls.torch_family import TORCH_OPTIM
from optimspec.spec import ALGORITHMS

ELSEWHERE = {"capturable", "differentiable"}
"""Options that need a GPU, or parameters that are no leaves."""
SETTINGS = {"params", "lr", "betas", "eps", "rho", "alpha", "lambd", "d", "beta2_decay"}
SETTINGS |= {"etas", "step_sizes", "ns_coefficients", "ns_steps"}
"""Numbers that are never off, and that every case chooses."""
ALWAYS_ON = {"AdamW": {"weight_decay"}, "Muon": {"weight_decay", "momentum"}}


def test_every_optimizer_is_listed_but_lbfgs():
    known = {n for n, c in vars(torch.optim).items() if inspect.isclass(c)} - {"Optimizer", "LBFGS"}

    assert {each.reference.removeprefix("torch.optim:") for each in TORCH_OPTIM} == known


def test_every_option_is_listed():
    listed = {}
    for each in TORCH_OPTIM:
        listed.setdefault(each.reference.removeprefix("torch.optim:"), set()).update(each.args)
    for name, options in listed.items():
        takes = set(inspect.signature(getattr(torch.optim, name)).parameters)
        missing = takes - SETTINGS - ELSEWHERE - options
        assert missing <= ALWAYS_ON.get(name, set())


def test_every_target_is_judged_against_a_specification_once():
    assert {each.spec for each in TORCH_OPTIM} <= ALGORITHMS.keys()
    assert len({repr(each) for each in TORCH_OPTIM}) == len(TORCH_OPTIM)
