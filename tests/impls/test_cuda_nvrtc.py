"""NVRTC makes of the kernels what nvcc makes, and what it made is launched by CUDA's driver."""

import ctypes
import re
import shutil

import pytest
import torch

from optimspec.impls.cuda import nvrtc
from optimspec.impls.cuda.build import BuildFailed, CompilerNotFound
from optimspec.impls.cuda.launchers import ByDriver, LaunchFailed, launcher
from optimspec.impls.cuda.nvcc import HOPPER, KERNELS, THREADS, ptx_recipe, ptx_text


def found():
    try:
        return bool(nvrtc.nvrtc_library())
    except nvrtc.NvrtcNotFound:
        return False


needs_nvrtc = pytest.mark.skipif(
    not found(), reason="found no NVRTC: what it makes of the kernels was not looked at"
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    launcher.cache_clear()
    yield
    launcher.cache_clear()


@pytest.fixture
def no_nvcc(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CUDA_HOME", "/nowhere")


def without_comments(ptx):
    return re.sub(r"^//.*$", "", ptx, flags=re.MULTILINE).split()


@needs_nvrtc
@pytest.mark.skipif(
    not any(map(shutil.which, ptx_recipe().compilers)),
    reason="found no nvcc: what NVRTC makes was not compared with what nvcc makes",
)
def test_nvcc_and_nvrtc_of_one_version_make_the_same_ptx():
    by_nvcc = ptx_text()
    by_nvrtc = nvrtc.compiled("compute_90", f"-DOPTIMSPEC_THREADS={THREADS}").decode()
    if re.findall(r"release [\d.]+", by_nvcc) != re.findall(r"release [\d.]+", by_nvrtc):
        pytest.skip("nvcc and NVRTC are of different versions: their PTX was not compared")

    assert without_comments(by_nvcc) == without_comments(by_nvrtc)


@needs_nvrtc
def test_without_nvcc_the_kernels_are_compiled_by_nvrtc(no_nvcc):
    entries = re.findall(r"\.visible \.entry (\w+)\(", ptx_text())
    assert tuple(entries) == KERNELS


@needs_nvrtc
def test_an_nvcc_that_fails_is_replaced_by_nvrtc(tmp_path, monkeypatch):
    nvcc = tmp_path / "nvcc"
    nvcc.write_text("#!/bin/sh\necho no compiler for the host >&2\nexit 1\n")
    nvcc.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert ".visible .entry adam_one_float32(" in ptx_text()

    monkeypatch.setattr(nvrtc, "nvrtc_library", missing)
    with pytest.raises(BuildFailed, match=r"no compiler for the host.* there is no NVRTC"):
        ptx_text()


def missing():
    raise nvrtc.NvrtcNotFound("there is no NVRTC")


@needs_nvrtc
def test_nvrtc_makes_machine_code():
    code = nvrtc.compiled("sm_90", f"-DOPTIMSPEC_THREADS={THREADS}")
    assert code.startswith(b"\x7fELF")


@needs_nvrtc
def test_what_nvrtc_says_is_passed_on():
    with pytest.raises(BuildFailed, match=r"must accept the kernels; .*OPTIMSPEC_THREADS must be"):
        nvrtc.compiled("compute_90")


def test_without_any_compiler_both_are_named(no_nvcc, monkeypatch):
    monkeypatch.setattr(nvrtc, "_folders", list)
    nvrtc.nvrtc_library.cache_clear()
    sentence = (
        r"none of nvcc, /nowhere/bin/nvcc\. Install .*NVRTC does as well; .*optimspec\[cuda\]"
    )
    with pytest.raises(CompilerNotFound, match=sentence):
        ptx_text()
    nvrtc.nvrtc_library.cache_clear()


@needs_nvrtc
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU: launches are not refused")
def test_without_a_driver_the_launch_says_so(no_nvcc):
    with pytest.raises(LaunchFailed, match=r"CUDA can use; found no driver, .*libcuda"):
        launcher(0, HOPPER)


class Driver:
    """Stands in for libcuda: keeps what is asked of it, and gives the status it is told to."""

    def __init__(self, **statuses):
        self.asked, self.statuses, self.depth = [], statuses, 0

    def __getattr__(self, name):
        def call(*arguments):
            self.asked.append((name, arguments))
            if name == "cuGetErrorString":
                ctypes.cast(arguments[1], ctypes.POINTER(ctypes.c_char_p))[0] = b"told to fail"
                return 0
            self.depth += {"cuCtxPushCurrent_v2": 1, "cuCtxPopCurrent_v2": -1}.get(name, 0)
            return self.statuses.get(name, 0)

        return call


def test_a_launch_by_the_driver_is_of_one_dimension_on_the_stream():
    driver = Driver()
    arguments = (ctypes.c_void_p * 1)(4)

    ByDriver(driver, b"code", 2).launch("adam_one_float32", 7, arguments, 9)

    (asked,) = [arguments for name, arguments in driver.asked if name == "cuLaunchKernel"]
    _, *grid, stream, given, extra = asked
    assert [size.value for size in grid] == [7, 1, 1, THREADS, 1, 1, 0]
    assert (stream.value, given, extra) == (9, arguments, None)
    assert driver.depth == 0


@pytest.mark.parametrize("fails", ["cuInit", "cuModuleLoadData", "cuLaunchKernel"])
def test_what_the_driver_refuses_is_said_and_the_context_is_left(fails):
    driver = Driver(**{fails: 3})
    with pytest.raises(LaunchFailed, match=r"found status 3, told to fail\. Check"):
        ByDriver(driver, b"code", 0).launch("adam_one_float32", 1, (ctypes.c_void_p * 1)(), 0)
    assert driver.depth == 0
