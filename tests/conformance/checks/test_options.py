"""Every option acts, and as documented: on torch's own, and on optimizers with a fault."""

import pytest
import torch

from optimspec.conformance import identify
from optimspec.conformance.bench import Bench
from optimspec.conformance.checks.options import SPELLINGS, _meanings, options
from optimspec.conformance.load import as_target
from optimspec.conformance.record import Status
from optimspec.conformance.specimen import Specimen
from optimspec.spec import ALGORITHMS, EDITS, edits_of

ADAM = ALGORITHMS["adam"]


def judged(optimizer, matched=ADAM, **arguments):
    target = as_target(optimizer, arguments, "test:Adam")
    bench = Bench(target, ALGORITHMS[matched.name], ("float64",), 0, matched)
    return {result.id.removeprefix("option."): result for result in options(bench)}


class Adam(torch.optim.Adam):
    """Torch's, with the options that a test gives a fault."""

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0,
        amsgrad=False, maximize=False,
    ):  # fmt: skip
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, foreach=False
        )


class DropsMaximize(Adam):
    def __init__(self, params, *, maximize=False, **kwargs):
        del maximize
        super().__init__(params, **kwargs)


class DropsDecay(Adam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr, betas, eps)


class TurnsDecay(Adam):
    """Its maximize turns the sign of the weight decay as well."""

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            if group["maximize"]:
                for p in group["params"]:
                    p.grad = p.grad - 2 * group["weight_decay"] * p
        return super().step(closure)


class Verbose(Adam):
    def __init__(self, params, *, verbose=False, nudge=False, **kwargs):
        del verbose
        super().__init__(params, **kwargs)
        self.nudge = nudge

    @torch.no_grad()
    def step(self, closure=None):
        super().step(closure)
        for p in self.param_groups[0]["params"]:
            p.add_(float(self.nudge))


def test_options_of_torchs_adam_act():
    results = judged(Adam)

    assert {n: r.status for n, r in results.items()} == dict.fromkeys(
        ["weight_decay", "amsgrad", "maximize"], Status.PASS
    )
    assert "l2-weight-decay, maximize" in results["maximize"].message


def test_an_option_that_is_on_is_turned_off():
    amsgrad = ADAM.edited(EDITS["amsgrad"])

    assert judged(Adam, amsgrad, amsgrad=True)["amsgrad"].message == (
        "amsgrad=False gives Adam with l2-weight-decay."
    )


def test_a_flag_that_chooses_the_kind_of_decay():
    result = judged(torch.optim.Adam)["decoupled_weight_decay"]

    assert result.status is Status.PASS
    assert "Adam with decoupled-weight-decay" in result.message


def test_an_implementation_is_no_formula():
    results = judged(torch.optim.Adam)

    assert results["foreach"].status is Status.PASS
    assert results["capturable"].status is Status.SKIP, "torch refuses it on the CPU"


@pytest.mark.parametrize(
    ("optimizer", "option", "said"),
    [
        (DropsMaximize, "maximize", "maximize=True changes nothing"),
        (DropsDecay, "weight_decay", "weight_decay > 0 changes nothing"),
        (TurnsDecay, "maximize", "With maximize=True it computes"),
    ],
)
def test_an_option_with_a_fault_fails_alone(optimizer, option, said):
    results = judged(optimizer)

    assert [name for name, r in results.items() if r.status is Status.FAIL] == [option]
    assert results[option].message.startswith(said)


def test_an_option_of_unknown_meaning_is_never_a_pass(monkeypatch):
    monkeypatch.setattr(identify, "MOST_EDITS", 1)  # combinations explain it no better
    results = judged(Verbose)

    assert results["verbose"].status is results["nudge"].status is Status.SKIP
    assert "changes nothing" in results["verbose"].message
    assert "nobody says what nudge should do" in results["nudge"].message


class VelocitySGD(torch.optim.Optimizer):
    """Its momentum has the step size inside."""

    def __init__(self, params, lr=1e-3, momentum=0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                buffer = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                buffer.mul_(group["momentum"]).add_(p.grad, alpha=group["lr"])
                p.sub_(buffer)


class KeptStepSGD(torch.optim.Optimizer):
    """Its momentum, looked ahead or not, holds steps; its weight decay is decoupled."""

    def __init__(self, params, lr=1e-3, momentum=0.0, weight_decay=0.0, nesterov=False):
        settings = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(params, {**settings, "nesterov": nesterov})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            lr, mu = group["lr"], group["momentum"]
            for p in group["params"]:
                p.mul_(1 - lr * group["weight_decay"])
                buffer = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                buffer.mul_(mu).add_(p.grad, alpha=lr)
                p.sub_(mu * buffer + lr * p.grad if group["nesterov"] else buffer)


def test_what_one_option_means_may_show_only_with_another():
    """Without momentum the two kinds of weight decay are one."""
    results = judged(KeptStepSGD, ALGORITHMS["sgd"])

    assert {n: r.status for n, r in results.items()} == dict.fromkeys(
        ["weight_decay", "momentum", "nesterov"], Status.PASS
    )
    assert "l2-weight-decay" in results["weight_decay"].message
    assert "lr-inside-velocity, decoupled-weight-decay" in results["nesterov"].message


class LookingBackSGD(VelocitySGD):
    """Its momentum is added with the wrong sign: no documented variant of it."""

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                buffer = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                p.sub_(p.grad - group["momentum"] * buffer, alpha=group["lr"])
                buffer.mul_(group["momentum"]).add_(p.grad)


def test_an_option_may_be_a_documented_variant_of_what_it_means():
    result = judged(VelocitySGD, ALGORITHMS["sgd"])["momentum"]

    assert result.status is Status.PASS
    assert result.message == (
        "momentum > 0 gives SGD with heavy-ball, lr-inside-velocity, all documented."
    )


def test_a_number_is_above_zero_in_every_case_that_tries_it():
    assert judged(LookingBackSGD, ALGORITHMS["sgd"])["momentum"].status is Status.FAIL


@pytest.mark.parametrize("base", ["adam", "adamw", "sgd", "momentum", "nesterov"])
def test_no_edit_of_what_is_computed_breaks_the_check_off(base):
    """Where an edit leaves no place for an option there is nothing to expect of it."""
    plain = ALGORITHMS[base]
    hosts = [plain, *(plain.edited(e) for e in edits_of(plain))]
    flags = [*SPELLINGS, "amsgrad", "maximize", "nesterov", "bias_correction", "fused"]

    found = {flag: [_meanings(plain, host, flag) for host in hosts] for flag in flags}

    assert found["fused"] == [[host] for host in hosts]
    if base == "adam":
        stuck = [h.edits[0].id for h in hosts if _meanings(plain, h, "bias_correction") is None]
        assert "bias-correction-multiplied" in stuck


def test_of_an_unknown_target_nothing_is_asked(bench):
    assert [r.status for r in options(bench(Specimen(ADAM)))] == [Status.SKIP]
