"""Every access is checked: bounds, alignment, and which threads touch which bytes when."""

import numpy as np
import pytest

from optimspec.impls.ptx import address_of
from optimspec.impls.ptx.faults import (
    Misaligned,
    OutOfBounds,
    Raced,
    ReadOnly,
    Refused,
    Uninitialised,
    Unreadable,
    WrittenTwice,
)
from ptx_kernels import INDEX, executed, kernel

OWN = INDEX + "mad.wide.u32 %d8, %r0, 4, %d0;\n"
"""The address of the thread's own word, in %d8."""
SHARED = ".shared .align 16 .b8 words[128];\n"
TO_SHARED = "mov.u32 %r3, words; mad.lo.u32 %r4, %r0, 4, %r3; st.shared.u32 [%r4], %r0;\n"
"""Each thread writes its number to its own shared word, at %r4."""


def words(n=32):
    return np.arange(n, dtype=np.uint32)


def run(body, *arrays, **options):
    return executed(kernel(body, len(arrays)), arrays, **options)


@pytest.mark.parametrize("space", ["global.", ""])
def test_each_thread_moves_its_own_word(space):
    body = f"{OWN}ld.{space}u32 %r3, [%d8]; add.u32 %r3, %r3, 7; st.{space}u32 [%d8], %r3;"
    (got,) = run(body, words(96), grid=3)
    assert (words(96) + 7).tolist() == got.tolist()


@pytest.mark.parametrize("size", [2, 4])
def test_vectors_are_in_the_order_of_their_registers(size):
    names, rest = ("%r3, %r4, %r5, %r6", "%r6, %r5, %r4, %r3")
    if size == 2:
        names, rest = "%r3, %r4", "%r4, %r3"
    body = (
        f"{INDEX}mad.wide.u32 %d8, %r0, {4 * size}, %d0; ld.global.v{size}.u32 {{{names}}}, [%d8];"
    )
    body += f"st.global.cs.v{size}.u32 [%d8], {{{rest}}};"
    (got,) = run(body, words(32 * size))
    assert words(32 * size).reshape(-1, size)[:, ::-1].tolist() == got.reshape(-1, size).tolist()


@pytest.mark.parametrize("offset", [0, 4, 8, 12, 100])
def test_a_buffer_may_begin_anywhere(offset):
    body = f"{OWN}ld.global.u32 %r3, [%d8]; not.b32 %r3, %r3; st.global.u32 [%d8], %r3;"
    (got,) = run(body, words(), addresses=[address_of(0, offset)])
    assert (~words()).tolist() == got.tolist()


@pytest.mark.parametrize(
    ("access", "thread", "address"),
    [
        ("ld.global.u32 %r3, [%d8+4]", 31, address_of(0) + 128),
        ("ld.global.u32 %r3, [%d8+-4]", 0, address_of(0) - 4),
        ("ld.global.u64 %d7, [%d0+124]", 0, address_of(0) + 124),
        ("st.global.u32 [%d8+128], %r0", 0, address_of(0) + 128),
        ("@%p0 st.global.u32 [%d8+60], %r0", 17, address_of(0) + 128),
        ("ld.global.u32 %r3, [8]", 0, 8),
    ],
)
def test_what_is_not_in_a_buffer_is_out_of_bounds(access, thread, address):
    body = f"{OWN}setp.ge.u32 %p0, %r0, 16;\n{access};"
    found = rf"found [\w.]+ in line \d+ of the PTX, in k, by thread {thread} of the launch "
    with pytest.raises(OutOfBounds, match=f"{found}at address {address:#x}"):
        run(body, words())


def test_a_kernel_without_buffers_has_no_address():
    text = kernel("ld.global.u32 %r3, [64];").replace(".param .u64 k_0", "")
    with pytest.raises(OutOfBounds):
        executed(text.replace("ld.param.u64 %d0, [k_0];", ""), [])


@pytest.mark.parametrize(
    ("access", "offset"),
    [
        ("ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%d0+4]", 0),
        ("ld.global.v4.f32 {%f0, %f1, %f2, %f3}, [%d0]", 8),
        ("ld.global.v2.u32 {%r3, %r4}, [%d0]", 12),
        ("st.global.u64 [%d0], %d0", 4),
        ("ld.global.u16 %h0, [%d0+1]", 0),
    ],
)
def test_an_access_is_a_multiple_of_its_size(access, offset):
    with pytest.raises(Misaligned, match="thread 0 of the launch"):
        run(f"{access};", words(), addresses=[address_of(0, offset)], block=1)


def test_buffers_do_not_overlap():
    with pytest.raises(ValueError, match="must not overlap; found 0 and 1 at 0x7c"):
        executed(kernel(""), [words(), words()], addresses=[0, 124])


def test_what_is_read_only_is_not_written():
    run(f"{OWN}ld.global.u32 %r3, [%d8];", words(), read_only=[0])
    with pytest.raises(ReadOnly):
        run(f"{OWN}st.global.u32 [%d8], %r0;", words(), read_only=[0])


@pytest.mark.parametrize(
    "stores",
    [
        "st.global.u32 [%d0], %r0;",
        "st.global.u32 [%d8], %r0; st.global.u32 [%d8], %r0;",
        "st.global.u32 [%d8], %r0; @%p0 st.global.u8 [%d0+3], %r0;",
    ],
)
def test_no_byte_is_written_twice(stores):
    with pytest.raises(WrittenTwice):
        run(f"{OWN}setp.eq.u32 %p0, %r0, 5;\n{stores}", words())


@pytest.mark.parametrize(
    ("accesses", "block"),
    [
        ("@%p0 ld.global.u32 %r3, [%d8+4]; st.global.u32 [%d8], %r0;", 32),
        ("st.global.u32 [%d8], %r0; @%p0 ld.global.u32 %r3, [%d8+4];", 32),
        ("ld.global.u32 %r3, [%d0]; @!%p0 st.global.u32 [%d0], %r0;", 32),
        ("@%p0 ld.global.u8 %h0, [%d8+7]; bar.sync 0; st.global.u32 [%d8], %r0;", 8),
        ("st.global.u32 [%d8], %r0; bar.sync 0; @%p0 ld.global.u32 %r3, [%d8+4];", 8),
    ],
)
def test_what_one_thread_writes_no_other_reads(accesses, block):
    all_but_the_last = f"{OWN}setp.lt.u32 %p0, %r0, 31;\n"
    with pytest.raises(Raced):
        run(all_but_the_last + accesses, words(), grid=32 // block, block=block)


def test_what_nobody_writes_everybody_reads():
    run(f"{OWN}ld.global.u32 %r3, [%d0]; ld.global.u32 %r4, [%d8];", words())


def test_a_thread_reads_what_it_has_written_and_read():
    body = f"{OWN}ld.global.u32 %r3, [%d8]; ld.global.u32 %r3, [%d8]; add.u32 %r3, %r3, 1;"
    body += "st.global.u32 [%d8], %r3; ld.global.u32 %r4, [%d8]; st.global.u32 [%d8+128], %r4;"
    (got,) = run(body, words(64))
    assert (words() + 1).tolist() * 2 == got.tolist()


def test_nobody_writes_what_is_read_as_constant():
    for accesses in (
        "ld.global.nc.u32 %r3, [%d8]; st.global.u32 [%d8], %r3;",
        "st.global.u32 [%d8], %r0; ld.global.nc.u32 %r3, [%d8];",
    ):
        with pytest.raises(Raced):
            run(OWN + accesses, words())


def test_a_barrier_lets_a_block_exchange_words():
    body = f"{OWN}ld.global.u32 %r3, [%d8]; bar.sync 0; xor.b32 %r4, %r0, 1;"
    body += "mad.wide.u32 %d7, %r4, 4, %d0; st.global.u32 [%d7], %r3;"
    (got,) = run(body, words(64), grid=2)
    assert (words(64) ^ 1).tolist() == got.tolist()
    with pytest.raises(Raced):
        run(body.replace("bar.sync 0;", ""), words(64), grid=2)


EXCHANGE = """
    mov.u32 %r0, %tid.x; STORE bar.sync 0;
    xor.b32 %r5, %r0, 1; mad.lo.u32 %r5, %r5, 4, %r3; ld.shared.u32 %r6, [%r5]; bar.sync 0;
    st.shared.u32 [%r4], %r6; mad.lo.u32 %r7, %r1, 32, %r0; mad.wide.u32 %d8, %r7, 4, %d0;
    st.global.u32 [%d8], %r6;
""".replace("STORE", TO_SHARED)


@pytest.mark.parametrize(
    ("declared", "shared"), [(SHARED, 0), (".extern .shared .align 16 .b8 words[];\n", 128)]
)
def test_each_block_has_shared_memory_of_its_own(declared, shared):
    text = kernel("mov.u32 %r1, %ctaid.x;" + EXCHANGE, outside=declared)
    (got,) = executed(text, [words(64)], grid=2, shared=shared)
    assert (words() ^ 1).tolist() * 2 == got.tolist()


@pytest.mark.parametrize("which", [0, 1])
def test_a_barrier_that_is_missing_is_a_race(which):
    pieces = EXCHANGE.split("bar.sync 0;")
    pieces[which : which + 2] = [pieces[which] + pieces[which + 1]]
    text = kernel("mov.u32 %r1, %ctaid.x;" + "bar.sync 0;".join(pieces), outside=SHARED)
    with pytest.raises((Raced, WrittenTwice)):
        executed(text, [words(64)], grid=2)


def test_shared_memory_is_written_before_it_is_read():
    with pytest.raises(Uninitialised):
        executed(kernel("mov.u32 %r3, words; ld.shared.u32 %r0, [%r3];", outside=SHARED), [words()])


def test_shared_memory_has_an_end():
    text = kernel(f"mov.u32 %r0, %tid.x;{TO_SHARED}st.shared.u32 [%r4+128], %r0;", outside=SHARED)
    with pytest.raises(OutOfBounds):
        executed(text, [words()])


def test_a_register_is_written_before_it_is_read():
    with pytest.raises(Uninitialised, match=r"found add.u32 in line \d+ .* reads %r5"):
        run("add.u32 %r3, %r5, 1;", words())


def test_a_parameter_is_read_within_its_bytes():
    run("ld.param.v2.u32 {%r3, %r4}, [k_0];", words())
    with pytest.raises(OutOfBounds, match="within its 8 bytes"):
        run("ld.param.u64 %d3, [k_0+4];", words())
    with pytest.raises(Refused, match="no parameter is read"):
        run("ld.param.u64 %d3, [k_7];", words())


def test_arguments_have_the_sizes_of_their_parameters():
    with pytest.raises(Unreadable, match=r"must have \[4\] bytes; found \[8\]"):
        executed(kernel("", 0).replace("k()", "k(.param .u32 k_0)"), [words()])
