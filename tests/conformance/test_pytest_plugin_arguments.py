"""What cannot be meant is refused where tests are collected, in a sentence."""

import pytest

from optimspec.conformance import parametrize_with_checks, protocol
from optimspec.conformance.pytest.arguments import FORMATS, formats_of

pytest_plugins = ["pytester"]


class Sgd:
    pass


def nothing(target):
    return None


def test_the_formats_are_those_of_targets():
    assert FORMATS == protocol.FORMATS


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ("mine:Sgd", r"targets is a list; write \['mine:Sgd'\]\."),
        (Sgd, r"targets is a list; write \[Sgd\]\."),
        (Sgd(), r"targets is a list; write \[\.\.\.\]\."),
        ([], r"targets is a list of what is judged; found none in it: name one or more\."),
    ],
)
def test_targets_are_a_list_with_something_to_judge(targets, said):
    with pytest.raises((TypeError, ValueError), match=f"^{said}$"):
        parametrize_with_checks(targets)


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        ("float64", r"formats is a list; write \['float64'\]\."),
        (["float64", "float46"], "formats takes float64, .*, float16; found 'float46'\\."),
        ([3], "formats takes .*; found 3\\."),
    ],
)
@pytest.mark.parametrize(
    "ask", [formats_of, lambda formats: parametrize_with_checks([Sgd], formats=formats)]
)
def test_formats_are_a_list_of_known_names(ask, formats, said):
    with pytest.raises((TypeError, ValueError), match=f"^{said}$"):
        ask(formats)


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (["formula"], r"expected_failed gives reasons by id; found \['formula'\]: write .*"),
        ("formula", "expected_failed gives reasons by id; found 'formula': write .*"),
        ({"formula": ""}, "expected_failed gives a reason for each id; found '' for 'formula': .*"),
        ({"formula": " "}, ".* found ' ' for 'formula': say why it fails."),
        ({"formula": None}, ".* found None for 'formula': say why it fails."),
        ({3: "why"}, "expected_failed takes ids .*; found 3. Did you mean .*"),
        (lambda target: [target], "expected_failed gives reasons by id; found .*"),
    ],
)
def test_what_is_expected_has_reasons_by_id(expected, said):
    with pytest.raises((TypeError, ValueError), match=f"^{said}$"):
        parametrize_with_checks([Sgd], expected_failed=expected)


@pytest.mark.parametrize("expected", [None, {}, nothing])
def test_nothing_may_be_expected(expected):
    checks = [
        test.values[1] for test in parametrize_with_checks([Sgd], expected_failed=expected).args[1]
    ]

    assert {tuple(check.expected) for check in checks} == {()}


def test_a_list_of_nothing_ends_the_session_instead_of_skipping_a_test(pytester):
    pytester.makepyfile(
        """
        from optimspec.conformance import parametrize_with_checks

        @parametrize_with_checks([])
        def test_optimizer(target, check):
            check(target)
        """
    )
    found = pytester.runpytest_inprocess("-p", "no:cacheprovider")

    found.stdout.fnmatch_lines(["E   ValueError: targets is a list of what is judged; *"])
    assert found.ret == pytest.ExitCode.INTERRUPTED
