"""What can be said of the CUDA kernels without a GPU: their PTX, their tables, their refusals."""

import ctypes
import re
import shutil
import subprocess
from itertools import chain

import numpy as np
import pytest
import torch

from optimspec.impls.cuda import FusedAdam, FusedAdamW, build, kernels
from optimspec.impls.cuda.host import HOST, host_library, host_step
from optimspec.impls.cuda.kernels import CHUNK, Job, LaunchFailed, device_library, launch, recipe
from optimspec.impls.cuda.scalars import AdamScalars, adam_scalars

HOPPER = (9, 0)
KERNELS = 4
GROUP = {"lr": 0.1, "betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.1, "maximize": False}

needs_nvcc = pytest.mark.skipif(
    not any(map(shutil.which, recipe(HOPPER).compilers)),
    reason="found no nvcc: the kernels were not compiled and their PTX was not looked at",
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


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The PTX for compute capability 9.0, and what ptxas says of it."""
    of_hopper, folder = recipe(HOPPER), tmp_path_factory.mktemp("ptx")
    into = ["-keep-dir", str(folder), "-o", str(folder / "kernels.cubin")]
    flags = ["-std=c++17", "-O3", "-arch=sm_90", "-cubin", "-keep", "-Xptxas", "-v"]
    done = subprocess.run(
        [of_hopper.compiler(), *flags, *into, str(build.SOURCES / of_hopper.source)],
        capture_output=True,
        text=True,
        check=True,
    )
    (ptx,) = folder.glob("*.ptx")
    return ptx.read_text(), done.stderr


@pytest.fixture
def bodies(compiled):
    """The instructions of each kernel."""
    return re.findall(r"^\.visible \.entry .*?^\}", compiled[0], re.DOTALL | re.MULTILINE)


@needs_nvcc
def test_every_rounding_is_to_nearest_and_none_is_left_to_ptxas(bodies):
    assert len(bodies) == KERNELS
    for body in bodies:
        inexact = set(re.findall(r"\b(?:add|sub|mul|mad|fma|div|sqrt|rcp)\.[.\w]*f32", body))
        assert inexact == {f"{op}.rn.f32" for op in ("add", "sub", "mul", "fma", "div", "sqrt")}
        assert not re.search(r"\.ftz|\.approx|\.full|\.f64|\.local|\bcall\b", body)


@needs_nvcc
def test_every_stream_moves_sixteen_bytes_of_global_memory_at_once(bodies):
    for body in bodies:
        loads, stores = (6, 5) if "BFloat16" in body else (4, 3)
        moved = [
            re.findall(rf"{op}\.global[.\w]*\.(?:v4\.\w32|v2\.\w64)", body) for op in ("ld", "st")
        ]
        assert [loads, stores] == [len(found) for found in moved]
        assert not re.search(r"\b(ld|st)\.[fubv]\d", body)


@needs_nvcc
def test_addresses_have_64_bits(bodies):
    for body in bodies:
        assert re.search(r"setp\.\w+\.[su]64", body)
        assert not re.search(r"setp\.(lt|le|gt|ge)\.s32", body)


@needs_nvcc
def test_nothing_spills_and_four_blocks_of_256_fit_a_multiprocessor(compiled):
    said = compiled[1]
    assert said.count("0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads") == KERNELS
    used = [int(number) for number in re.findall(r"Used (\d+) registers", said)]
    assert len(used) == KERNELS
    assert max(used) <= 64


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
