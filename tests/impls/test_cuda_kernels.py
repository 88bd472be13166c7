"""What launches of the CUDA kernels do that needs no GPU: tables, refusals, counts of steps."""

import ctypes
import re
import shutil
from itertools import chain

import numpy as np
import pytest
import torch

from optimspec.impls.cuda import FusedAdam, FusedAdamW, build, kernels
from optimspec.impls.cuda.host import HOST, host_library, host_step
from optimspec.impls.cuda.kernels import CHUNK, Job, LaunchFailed, device_library, launch, recipe
from optimspec.impls.cuda.scalars import AdamScalars, adam_scalars

HOPPER = (9, 0)
GROUP = {"lr": 0.1, "betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.1, "maximize": False}

needs_nvcc = pytest.mark.skipif(
    not any(map(shutil.which, recipe(HOPPER).compilers)),
    reason="found no nvcc: the library of the kernels was not built",
)
needs_compiler = pytest.mark.skipif(
    not any(map(shutil.which, HOST.compilers)),
    reason=f"found none of {', '.join(HOST.compilers)}: no table was worked off",
)


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    """Build into a folder of the test's own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
    host_library.cache_clear()
    device_library.cache_clear()


@needs_nvcc
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU: launches are not refused")
@pytest.mark.parametrize("count", [1, 2])
def test_without_a_gpu_the_library_loads_and_a_launch_says_what_is_wrong(count):
    jobs = [Job(*(torch.zeros(3) for _ in range(4))) for _ in range(count)]
    scalars = adam_scalars(GROUP, 1, decoupled=False)

    with pytest.raises(LaunchFailed, match=r"on a GPU that CUDA can use; found status \d+, .*CUDA"):
        launch(device_library(HOPPER), jobs, scalars, 0, 0)

    assert all(not job.param.any() for job in jobs)


def test_a_missing_nvcc_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CUDA_HOME", "/nowhere")
    with pytest.raises(build.CompilerNotFound, match=r"none of nvcc, /nowhere/bin/nvcc\. Install"):
        recipe(HOPPER).build()


@pytest.mark.parametrize("kind", [FusedAdam, FusedAdamW])
def test_cpu_tensors_are_refused_and_the_host_build_named(kind):
    sentence = r"must be on a CUDA device; found one on cpu\. On a CPU, use HostBuildAdam"
    with pytest.raises(ValueError, match=sentence):
        kind([torch.zeros(2, requires_grad=True)])


class HostLibrary:
    """Takes launches as the device library does, and works them off on the host."""

    def __init__(self):
        self.launches = []

    def __getattr__(self, name):
        _, _, how, symbol = name.split("_")

        def launched(*arguments):
            self.launches.append(how)
            *where, scalars, _, _ = arguments
            rows = [where] if how == "one" else _rows(*where)
            for row in rows:
                getattr(host_library(), f"optimspec_adam_host_{symbol}")(*row, scalars)
            return 0

        return launched


def _rows(address, count):
    return np.ctypeslib.as_array((ctypes.c_int64 * 5 * count).from_address(address)).tolist()


def jobs_of(sizes, dtype):
    torch.manual_seed(0)
    return [
        Job(torch.randn(n).to(dtype), torch.randn(n).to(dtype), torch.randn(n), torch.rand(n))
        for n in sizes
    ]


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("sizes", [(5,), (0, 1, 7), (CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK)])
def test_a_launch_covers_every_element_once(sizes, dtype):
    got, expected = jobs_of(sizes, dtype), jobs_of(sizes, dtype)
    scalars, library = adam_scalars(GROUP, 3, decoupled=True), HostLibrary()

    launch(library, got, scalars, 0, 0)

    for job in expected:
        host_step(*job, scalars)
    assert library.launches == ["one" if len(sizes) == 1 else "many"]
    pairs = zip(chain(*got), chain(*expected), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


@needs_compiler
def test_a_group_is_one_launch_for_each_count_of_steps(monkeypatch):
    library = HostLibrary()
    monkeypatch.setattr(FusedAdam, "device_type", "cpu")
    monkeypatch.setattr(
        "optimspec.impls.cuda.fused.device_step", lambda jobs, s: launch(library, jobs, s, 0, 0)
    )
    late, *params = (torch.ones(n, requires_grad=True) for n in (2, 3, 4))
    optimizer = FusedAdam([late, *params])
    for param in params:
        param.grad = torch.ones_like(param)
    optimizer.step()
    late.grad = torch.ones_like(late)
    optimizer.step()

    assert library.launches == ["many", "one", "many"]
    assert [optimizer.state[param]["step"] for param in (late, *params)] == [1, 2, 2]


def test_the_struct_is_that_of_the_header():
    text = (build.SOURCES / "adam_core.h").read_text()
    fields = re.search(r"struct AdamScalars \{(.*?)\};", text, re.DOTALL)
    assert fields
    names = re.findall(r"^\s+float (\w+);", fields[1], re.MULTILINE)
    assert names == [name for name, _ in AdamScalars._fields_]


def test_parts_of_an_aligned_tensor_are_aligned():
    assert CHUNK * torch.bfloat16.itemsize % 16 == 0
    rows = kernels.table(2, [kernels.Span(0, 16, 32, 48, 2 * CHUNK + 1)])
    assert not (rows[:, :4] % 16).any()
