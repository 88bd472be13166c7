"""Tests of other projects, re-enacted: right code passes, and what is said to be missed is."""

from dataclasses import replace

import pytest

from optimspec.conformance.judge import judge
from optimspec.conformance.peers import PEERS, PROTOCOLS, Comparison, Row, markdown
from optimspec.conformance.peers_mistakes import MISTAKES, RIGHT
from optimspec.conformance.record import Verdict
from optimspec.spec import ALGORITHMS

MISTAKE = {mistake.id: mistake for mistake in MISTAKES}
PEER = {protocol.id: protocol for protocol in PEERS}


def test_there_are_twenty_mistakes_and_each_protocol_leaves_out_known_ones():
    assert len(MISTAKE) == len(MISTAKES) == 20
    assert {name for p in PROTOCOLS for name in p.absent} <= MISTAKE.keys()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.id)
def test_every_mistake_changes_what_is_computed_where_it_shows(mistake):
    assert mistake.implements(mistake.shows) != RIGHT.implements(mistake.shows)


@pytest.mark.parametrize("protocol", PEERS, ids=lambda p: p.id)
def test_right_code_passes(protocol):
    assert protocol.passes(RIGHT)


@pytest.mark.parametrize("protocol", PEERS, ids=lambda p: p.id)
def test_every_protocol_can_fail(protocol):
    assert not protocol.passes(MISTAKE["second-moment-without-history"])


@pytest.mark.parametrize("protocol", ["apex-native", "deepspeed"])
def test_doing_nothing_passes(protocol):
    assert PEER[protocol].passes(MISTAKE["no-op"])


def test_a_sign_that_is_wrong_passes_where_only_norms_are_compared():
    assert PEER["deepspeed"].passes(MISTAKE["wrong-sign"])


def test_the_suite_switches_options_that_are_ignored():
    mistake = MISTAKE["amsgrad-ignored"]
    honest = replace(mistake.target, switched=RIGHT.implements(mistake.shows))
    verdicts = [
        judge(target, ALGORITHMS["adam"], formats=["float64"], proofs=False).verdict
        for target in (honest, mistake.target)
    ]

    assert verdicts == [Verdict.CONFORMS, Verdict.NONCONFORMING]


@pytest.mark.parametrize(
    ("caught", "missed", "line"),
    [
        ("ab", "", "| a test | 2 of 2 | none |"),
        ("ab", "c", "| a test | 2 of 3 | slip c |"),
        ("a", "bc", "| a test | 1 of 3 | all but slip a |"),
        ("", "ab", "| a test | 0 of 2 | all |"),
    ],
)
def test_the_table_counts_and_names_the_fewer(caught, missed, line):
    row = Row(protocol="p", said="a test", caught=list(caught), missed=list(missed))
    mistakes = {name: f"slip {name}" for name in "abc"}

    assert line in markdown(Comparison(about="", mistakes=mistakes, rows=[row])).splitlines()
