import pytest

from optimspec.conformance.load import load
from optimspec.conformance.planted import planted
from optimspec.conformance.protocol import Snippets, Toggles
from optimspec.spec import FAULTS

FAULT = FAULTS["resume-loses-step"]


@pytest.mark.parametrize("host", FAULT.into)
def test_a_planted_target_is_read_as_its_host_is(host):
    sound, broken = load(host), planted(FAULT, host)

    assert broken.name == f"{host} with resume-loses-step"
    assert broken.claim == sound.claim
    assert broken.capabilities == sound.capabilities
    assert broken.hyperparameters == sound.hyperparameters
    assert isinstance(broken, Toggles)
    assert broken.flags == sound.flags


def test_it_writes_no_program_that_would_import_the_sound_host():
    assert isinstance(load("torch.optim:Adam"), Snippets)
    assert not isinstance(planted(FAULT, "torch.optim:Adam"), Snippets)


def test_switching_an_option_keeps_the_fault():
    switched = planted(FAULT, "torch.optim:Adam").toggled("maximize")

    assert "load_state_dict" in vars(type(switched.build([{"params": []}])).__mro__[1])
