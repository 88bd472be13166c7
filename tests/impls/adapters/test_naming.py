import pytest

from optimspec.conformance.names import Place
from optimspec.impls.adapters.naming import claim, places, read


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, "adam") for name in ("Adam", "NaiveAdam", "adam_step", "FUSED_ADAM", "Adam8bit")),
        *((name, "adamw") for name in ("AdamW", "MyAdamW", "fused_adamw", "AdamWFused", "ADAMW")),
        *((name, name.lower()) for name in ("NAdam", "RAdam", "Adamax", "SignSGD", "ASGD")),
        *((name, "nadam") for name in ("MyNAdam", "nadam_step", "FUSED_NADAM", "NAdamFused")),
        *((name, None) for name in ("AdamP", "Nadamlike", "optimizer")),
        *((name, "sgd") for name in ("SGD", "MySGD", "NaiveSGD", "sgd", "sgd_step")),
        *((name, "momentum") for name in ("Momentum", "SGDMomentum", "MomentumSGD")),
        *((name, "nesterov") for name in ("Nesterov", "NAG", "SGDNesterov", "nesterov_step")),
        *((name, None) for name in ("SGDP", "SGDW")),
    ],
)
def test_name_of_a_class_tells_its_claim(name: str, expected: str | None) -> None:
    assert expected == claim(name)


@pytest.mark.parametrize(
    ("momentum", "nesterov", "expected"),
    [(0.0, False, "sgd"), (0.9, False, "momentum"), (0.9, True, "nesterov")],
)
def test_what_an_sgd_is_depends_on_its_momentum(
    momentum: float, nesterov: bool, expected: str
) -> None:
    assert claim("SGD", {"mu": momentum}, {"nesterov": nesterov}) == expected
    assert claim("Adam", {"mu": momentum}, {"nesterov": nesterov}) == (
        "nadam" if nesterov else "adam"
    )


def test_lr_is_the_step_size_where_alpha_is_something_else() -> None:
    found = places(["alpha", "lr", "eps"])
    assert found == {"alpha": Place("lr"), "rho": Place("alpha"), "epsilon": Place("eps")}


@pytest.mark.parametrize("keys", [("betas",), ("beta1", "beta2"), ("b1", "b2")])
def test_decay_rates_are_found_singly_and_as_a_pair(keys: tuple[str, ...]) -> None:
    values: dict[str, object] = {"betas": (0.5, 0.75)}
    values |= dict(zip(("beta1", "beta2"), (0.5, 0.75), strict=True))
    values |= dict(zip(("b1", "b2"), (0.5, 0.75), strict=True))
    assert read(values, places(keys)) == {"beta1": 0.5, "beta2": 0.75}


def test_what_is_no_number_is_not_read() -> None:
    values = {"lr": None, "betas": 0.9, "weight_decay": object()}
    assert read(values, places(values)) == {}
