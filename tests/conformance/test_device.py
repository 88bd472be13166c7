"""Targets on a GPU: what is refused without one, and what the process of a target is like."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from judgements import plain, surroundings
from optimspec.conformance import CannotLoad, check
from optimspec.conformance import device as devices
from optimspec.conformance.asked import asked
from optimspec.conformance.cli.resume import finished_before
from optimspec.conformance.confined import Limits
from optimspec.conformance.environment import environment
from optimspec.conformance.isolation import isolated
from optimspec.conformance.jobs import Job, broken_off
from optimspec.conformance.load import as_target
from optimspec.conformance.protocol import Capabilities, Experiment
from optimspec.conformance.record import Verdict
from optimspec.impls.adapters.torch_optimizer import adapt
from optimspec.impls.naive_numpy import NaiveAdam
from optimspec.reports import load

EXPERIMENT = Experiment((np.zeros(2), np.zeros((0, 3))), ((np.ones(2), None),), {}, "float32", {})
H200 = SimpleNamespace(name="NVIDIA H200", major=9, minor=0)


@pytest.fixture
def gpus(monkeypatch):
    """Let torch say that it sees so many GPUs."""

    def see(count, properties=lambda _: H200, cuda="13.0"):
        monkeypatch.setattr(torch.version, "cuda", cuda)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
        monkeypatch.setattr(torch.cuda, "get_device_properties", properties)
        devices.versions.cache_clear()

    yield see
    devices.versions.cache_clear()


def broken(device):
    raise RuntimeError("CUDA driver error: 999\nat init.cpp:12")


@pytest.mark.parametrize(
    ("device", "seen", "why"),
    [
        ("tpu", {"count": 1}, "--device takes cpu, cuda or cuda:N; found 'tpu'."),
        ("cuda", {"count": 0, "cuda": None}, "is built without CUDA"),
        ("cuda", {"count": 0}, "torch sees 0 GPUs: check what nvidia-smi shows"),
        ("cuda:1", {"count": 1}, "torch sees 1 GPUs"),
        ("cuda", {"count": 1, "properties": broken}, "CUDA says: CUDA driver error: 999. Leave"),
    ],
)
def test_a_device_that_is_not_there_is_refused_in_a_sentence(gpus, device, seen, why):
    gpus(**seen)
    with pytest.raises(devices.NoDevice) as said:
        check("torch.optim:Adam", device=device)
    assert why in str(said.value)


def test_what_is_there_is_in_the_environment_and_the_cpu_adds_nothing(gpus):
    gpus(2)
    devices.require("cuda:1")

    added = dict(environment(0, "cuda:1").versions.items() - environment(0).versions.items())
    assert added == {"gpu": "NVIDIA H200, compute capability 9.0", "cuda": "13.0"}


class Whole:
    """A target that needs no adapter."""

    name, claim, hyperparameters, capabilities = "whole", None, {}, Capabilities()

    def start(self, theta0, hyper, format): ...


@pytest.mark.parametrize("thing", [NaiveAdam, Whole()])
def test_what_has_no_torch_tensors_is_refused_on_a_gpu(thing):
    as_target(thing, {}, "m:T")
    with pytest.raises(CannotLoad, match="With --device cuda, a target must be a torch"):
        as_target(thing, {}, "m:T", "cuda")


def test_the_program_of_a_counterexample_names_the_device():
    here, there = (
        adapt(torch.optim.Adam, {}, "torch.optim:Adam", device=device).snippet(EXPERIMENT)
        for device in ("cpu", "meta")
    )

    assert "device" not in here
    assert there.count("torch.tensor(") == there.count(", device='meta')") > 0


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_on_a_gpu_a_process_begins_afresh_and_without_a_limit_of_memory():
    limits = Limits(120, 2**29, "cuda")
    ((_, outcome),) = isolated({0: Job("m:T", "sgd")}, surroundings, plain, limits, lambda *_: None)
    assert outcome.record.summary == "limited: False; served: False"


def test_a_run_on_another_device_is_not_resumed(gpus, tmp_path):
    gpus(1)
    job, path = Job("m:T", "sgd"), tmp_path / "r.json"
    here, there = (asked(job, formats=[], long=False, device=d) for d in ("cpu", "cuda"))
    record = broken_off(job, "", "", seed=0).record
    kept = record.model_copy(update={"asked": here, "verdict": Verdict.CONFORMS})
    path.write_text(load.dumps([kept]))

    assert [*finished_before([job], [here], path, 0)] == [0]
    assert not finished_before([job], [there], path, 0)
