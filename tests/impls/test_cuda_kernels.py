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
from optimspec.impls.cuda.kernels import BLOCKS_PER_MULTIPROCESSOR, CHUNK, Job, Place, launch
from optimspec.impls.cuda.launchers import LaunchFailed, launcher
from optimspec.impls.cuda.nvcc import HOPPER, KERNELS, THREADS, library_recipe
from optimspec.impls.cuda.scalars import AdamScalars, adam_scalars

MULTIPROCESSORS = 3
GROUP = {"lr": 0.1, "betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.1, "maximize": False}

needs_nvcc = pytest.mark.skipif(
    not any(map(shutil.which, library_recipe(HOPPER).compilers)),
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
    launcher.cache_clear()


@needs_nvcc
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU: launches are not refused")
@pytest.mark.parametrize("count", [1, 2])
def test_without_a_gpu_the_library_loads_and_a_launch_says_what_is_wrong(count):
    jobs = [Job(*(torch.zeros(3) for _ in range(4))) for _ in range(count)]
    scalars = adam_scalars(GROUP, 1, decoupled=False)

    with pytest.raises(LaunchFailed, match=r"on a GPU that CUDA can use; found status \d+, .*CUDA"):
        launch(jobs, scalars, Place(launcher(0, HOPPER), MULTIPROCESSORS, 0))

    assert all(not job.param.any() for job in jobs)


@pytest.mark.parametrize("kind", [FusedAdam, FusedAdamW])
def test_cpu_tensors_are_refused_and_the_host_build_named(kind):
    sentence = r"must be on a CUDA device; found one on cpu\. On a CPU, use HostBuildAdam"
    with pytest.raises(ValueError, match=sentence):
        kind([torch.zeros(2, requires_grad=True)])


class HostLauncher:
    """Takes launches as a GPU's launcher does, and works them off on the host."""

    def __init__(self):
        self.launches = []

    def launch(self, kernel, blocks, arguments, stream):
        _, how, symbol = kernel.split("_")
        self.launches.append((kernel, blocks))
        *where, size = [ctypes.c_int64.from_address(at).value for at in arguments[:-1]]
        scalars = AdamScalars.from_address(arguments[len(arguments) - 1])
        rows = [(*where, size)] if how == "one" else _rows(*where, size)
        for row in rows:
            getattr(host_library(), f"optimspec_adam_host_{symbol}")(*row, scalars)


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
    scalars, host = adam_scalars(GROUP, 3, decoupled=True), HostLauncher()

    launch(got, scalars, Place(host, MULTIPROCESSORS, 0))

    for job in expected:
        host_step(*job, scalars)
    ((kernel, _),) = host.launches
    assert kernel.startswith("adam_one" if len(sizes) == 1 else "adam_many")
    pairs = zip(chain(*got), chain(*expected), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


class Counter:
    """Counts the blocks that are launched, and launches nothing."""

    def launch(self, kernel, blocks, arguments, stream):
        self.blocks = blocks


@pytest.mark.parametrize(
    ("dtype", "n", "blocks"),
    [
        (torch.float32, 1, 1),
        (torch.float32, 4 * THREADS, 1),
        (torch.float32, 4 * THREADS + 1, 2),
        (torch.bfloat16, 8 * THREADS, 1),
        (torch.bfloat16, 8 * THREADS + 1, 2),
        (torch.float32, 2**20, MULTIPROCESSORS * BLOCKS_PER_MULTIPROCESSOR),
    ],
)
def test_there_are_blocks_for_all_vectors_up_to_what_the_device_holds(dtype, n, blocks):
    counter = Counter()
    scalars = adam_scalars(GROUP, 1, decoupled=False)

    launch(jobs_of((n,), dtype), scalars, Place(counter, MULTIPROCESSORS, 0))

    assert counter.blocks == blocks


def test_nothing_is_launched_for_tensors_without_elements():
    scalars = adam_scalars(GROUP, 1, decoupled=False)
    launch(jobs_of((0, 0), torch.float32), scalars, Place(None, MULTIPROCESSORS, 0))


@needs_compiler
def test_a_group_is_one_launch_for_each_count_of_steps(monkeypatch):
    host = HostLauncher()
    monkeypatch.setattr(FusedAdam, "device_type", "cpu")
    monkeypatch.setattr(
        "optimspec.impls.cuda.fused.device_step",
        lambda jobs, scalars: launch(jobs, scalars, Place(host, MULTIPROCESSORS, 0)),
    )
    late, *params = (torch.ones(n, requires_grad=True) for n in (2, 3, 4))
    optimizer = FusedAdam([late, *params])
    for param in params:
        param.grad = torch.ones_like(param)
    optimizer.step()
    late.grad = torch.ones_like(late)
    optimizer.step()

    one, many = "adam_one_float32", "adam_many_float32"
    assert [kernel for kernel, _ in host.launches] == [many, one, many]
    assert [optimizer.state[param]["step"] for param in (late, *params)] == [1, 2, 2]


def test_every_kernel_is_in_the_sources():
    text = (build.SOURCES / "adam_kernels.cuh").read_text()
    assert tuple(re.findall(r"^    (adam_\w+)\(", text, re.MULTILINE)) == KERNELS


def test_the_struct_is_that_of_the_header():
    text = (build.SOURCES / "adam_core.h").read_text()
    fields = re.search(r"struct AdamScalars \{(.*?)\};", text, re.DOTALL)
    assert fields
    names = re.findall(r"^\s+float (\w+);", fields[1], re.MULTILINE)
    assert names == [name for name, _ in AdamScalars._fields_]


def test_a_table_cuts_every_span_into_chunks():
    spans = [kernels.Span(0, 16, 32, 48, 2 * CHUNK + 1), kernels.Span(2**40, 1, 2, 3, 5)]
    p, g, m, v = 2 * CHUNK, 2 * CHUNK, 4 * CHUNK, 4 * CHUNK

    assert kernels.table(2, spans).tolist() == [
        [0, 16, 32, 48, CHUNK],
        [p, 16 + g, 32 + m, 48 + v, CHUNK],
        [2 * p, 16 + 2 * g, 32 + 2 * m, 48 + 2 * v, 1],
        [2**40, 1, 2, 3, 5],
    ]


def test_parts_of_an_aligned_tensor_are_aligned():
    assert CHUNK * torch.bfloat16.itemsize % 16 == 0
    rows = kernels.table(2, [kernels.Span(0, 16, 32, 48, 2 * CHUNK + 1)])
    assert not (rows[:, :4] % 16).any()
