"""Libraries are built once for what they are made of, and errors say what to do."""

import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from optimspec.impls.cuda import build
from optimspec.impls.cuda.build import BuildFailed, CompilerNotFound, cache_folder
from optimspec.impls.cuda.host import HOST

QUICK = replace(HOST, flags=("-std=c++17", "-O0", "-shared", "-fPIC"))

needs_compiler = pytest.mark.skipif(
    not any(map(shutil.which, HOST.compilers)),
    reason=f"found none of {', '.join(HOST.compilers)}: nothing was built",
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@needs_compiler
def test_what_is_built_once_is_kept():
    first = QUICK.build()
    made = first.stat()

    assert QUICK.build() == first
    assert first.stat() == made
    assert first.parent == cache_folder()
    assert stat.S_IMODE(first.parent.stat().st_mode) & 0o077 == 0


@needs_compiler
def test_other_flags_and_other_sources_make_other_libraries(tmp_path, monkeypatch):
    first, other = QUICK.build(), replace(QUICK, flags=(*QUICK.flags, "-g0")).build()
    for source in (HOST.source, "adam_core.h"):
        shutil.copy(build.SOURCES / source, tmp_path)
    header = tmp_path / "adam_core.h"
    header.write_text(header.read_text() + "// changed\n")
    monkeypatch.setattr(build, "SOURCES", tmp_path)

    assert len({first, other, QUICK.build()}) == 3


@needs_compiler
def test_two_that_build_at_once_find_one_whole_library():
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: QUICK.build(), range(2))

    assert first == second
    assert list(cache_folder().iterdir()) == [first]


def test_a_missing_compiler_is_named():
    recipe = replace(HOST, compilers=("no-such-compiler", "nor-this"))
    sentence = (
        r"adam_host.cpp must be compiled .* found none of no-such-compiler, nor-this\. Install"
    )
    with pytest.raises(CompilerNotFound, match=sentence):
        recipe.build()


@needs_compiler
def test_what_the_compiler_says_is_passed_on_and_nothing_is_kept():
    with pytest.raises(BuildFailed, match=r"must accept the sources; .*no-such-flag"):
        replace(QUICK, flags=(*QUICK.flags, "--no-such-flag")).build()
    assert not list(cache_folder().iterdir())


@needs_compiler
def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(BuildFailed, match=r"must be writable; .*file.* Set XDG_CACHE_HOME"):
        QUICK.build()
