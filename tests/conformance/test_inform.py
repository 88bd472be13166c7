"""`explain` and `list`: what they print and write, and the sentences of wrong use."""

import json

import pytest
from typer.testing import CliRunner

from optimspec.conformance.cli import app
from optimspec.spec import EDITS, FAULTS, Category, Kind

ENTRIES = {**EDITS, **FAULTS}


def run(*arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "200"})
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listed(*arguments):
    """The entries that a list has, as data."""
    result = run("list", *arguments, "--json")
    assert result.exit_code == 0
    return json.loads(result.stdout)


class TestExplain:
    def test_an_algorithm_comes_with_equations_domains_entries_and_claims(self):
        result = run("explain", "adam")

        assert result.exit_code == 0
        for part in (
            "Algorithm 1",
            "beta1 = 0.9: decay rate of the first moment, in [0, 1)",
            "  eps-hat  ",
            "  betas-swapped  ",
            "  proved  ",
            "  refuted  ",
        ):
            assert part in result.output

    def test_equations_that_repeat_the_last_are_told_once(self):
        lines = run("explain", "muon").output.splitlines()

        assert [line[:4] for line in lines if line.endswith("  Newton-Schulz step")] == [
            "  x1",
            "  x2",
        ]
        assert "  x2_t to x5_t likewise, each of the one before  Newton-Schulz step" in lines

    @pytest.mark.parametrize(
        ("name", "parts"),
        [
            ("eps-hat", ["eps-hat (variant, epsilon): ", "pull/22628", "How large in Adam: "]),
            ("EPS-HAT", ["eps-hat (variant, epsilon): "]),
            (
                "betas-swapped",
                ["Adam, Adam-atan2, AdamW", "before and after", "Likewise in "],
            ),
        ],
    )
    def test_an_edit_comes_with_what_it_changes(self, name, parts):
        result = run("explain", name)

        assert result.exit_code == 0
        assert all(part in result.output for part in parts)

    def test_a_row_of_the_table_is_read_as_one(self):
        """Where every step is turned, |d' - d| / |d| = 2 at every t."""
        lines = run("explain", "maximize").output.splitlines()

        assert ["1e-8", "2", "2", "2", "2"] in [line.split() for line in lines]

    def test_files_hold_the_same(self, tmp_path):
        page, data = tmp_path / "new" / "e.html", tmp_path / "e.json"
        result = run("explain", "eps-hat", "--html", page, "--json", data)

        assert result.output.endswith(f"wrote {page}\nwrote {data}\n")
        assert page.read_text(encoding="utf-8").rstrip().endswith("</html>")
        told = json.loads(data.read_text(encoding="utf-8"))
        assert told["entry"]["class"] == "epsilon"
        assert told["discrepancies"][0]["steps"][-1] == 1000

    def test_an_unknown_name_gets_a_suggestion(self):
        result = run("explain", "eps-hut")

        assert result.exit_code == 2
        assert "called 'eps-hut'. Did you mean 'eps-hat'?" in result.output


class TestList:
    @pytest.mark.parametrize(
        ("what", "shown"),
        [
            ("specs", "adamw  AdamW: Loshchilov & Hutter"),
            ("variants", "eps is added to sqrt(v)"),
            ("bugs", "The step is divided by v_hat"),
            ("entries", "  bug          The step is divided by v_hat"),
            ("checks", "step-bound  Every observed step is within alpha B_t"),
            (
                "checks",
                "  contract.closure  step calls a closure once, with gradients enabled, and "
                "returns its loss.\n    https://docs.pytorch.org/docs/stable/generated/torch.optim."
                "Optimizer.step.html\n",
            ),
            ("targets", "torch.optim:Adam --arg fused=True  PyTorch's Adam in one CPU kernel"),
            ("targets", "`m[layer] = 0` stores at an index"),
            ("targets", "eps is added before the bias correction. Listed as adam with eps-hat."),
        ],
    )
    def test_shows_every_kind_of_thing(self, what, shown):
        result = run("list", what)

        assert result.exit_code == 0
        assert shown in result.output

    @pytest.mark.parametrize(
        ("arguments", "wanted"),
        [
            (["entries"], bool),
            (["bugs"], lambda e: e.kind is Kind.BUG),
            (["variants"], lambda e: e.kind is Kind.VARIANT),
            (["bugs", "--class", "epsilon"],
             lambda e: e.kind is Kind.BUG and e.category is Category.EPSILON),
            (["entries", "--kind", "variant"], lambda e: e.kind is Kind.VARIANT),
        ],
    )  # fmt: skip
    def test_chooses_entries(self, arguments, wanted):
        assert {e["id"] for e in listed(*arguments)} == {i for i, e in ENTRIES.items() if wanted(e)}

    def test_chooses_those_that_apply_to_a_specification(self):
        ids = {e["id"] for e in listed("entries", "--spec", "adamw")}

        assert "weight-decay-ignored" in ids
        assert "decoupled-weight-decay" not in ids

    def test_ends_with_how_many_there_are(self):
        last = run("list", "bugs").output.splitlines()[-1]
        count = sum(e.kind is Kind.BUG for e in ENTRIES.values())

        assert last == f"{count} entries: {count} bugs"

    def test_data_have_equations_in_both_notations(self):
        (found,) = (e for e in listed("bugs", "--class", "epsilon") if e["id"] == "eps-missing")

        (change,) = found["equations"][0]["changes"]
        assert found["algorithms"][:1] == ["adam"]
        assert change["before"]["text"].endswith("alpha m_hat_t / (sqrt(v_hat_t) + epsilon)")
        assert change["after"]["text"].endswith("alpha m_hat_t / sqrt(v_hat_t)")
        assert change["after"]["latex"].startswith(r"\theta_{t} = ")

    def test_names_can_be_data_too(self):
        assert {row["name"] for row in listed("specs")} >= {"adam", "adamw"}

    def test_the_contract_is_listed_clause_by_clause_with_sources(self):
        (contract,) = (row for row in listed("checks") if row["name"] == "contract")

        assert {clause["name"] for clause in contract["clauses"]} >= {
            "contract.grad-none",
            "contract.compiled",
        }
        assert all(clause["source"].startswith("https://") for clause in contract["clauses"])

    def test_every_check_is_listed_with_its_source_or_with_rules_that_have_theirs(self):
        rows = {row["name"]: row for row in listed("checks")}
        several = {name for name, row in rows.items() if "clauses" in row}

        assert several == {"low-precision", "invariants", "contract"}
        assert all(row.keys() & {"source", "clauses"} for row in rows.values())
        assert all(rule["source"] for name in several for rule in rows[name]["clauses"])
        assert "low-precision.small-update" in {
            rule["name"] for rule in rows["low-precision"]["clauses"]
        }

    def test_the_whole_catalogue_is_a_page(self, tmp_path):
        page = tmp_path / "catalogue.html"
        result = run("list", "entries", "--html", page)

        assert result.output == f"wrote {page}\n"
        assert all(f'id="{name}"' in page.read_text(encoding="utf-8") for name in ENTRIES)

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ([], "list takes one of entries, variants, bugs, specs, checks, targets; found none."),
            (["things"], "checks, targets; found 'things'."),
            (["bugs", "--class", "eps"], "--class takes one of formula, bias-correction, "),
            (["entries", "--kind", "error"], "--kind takes one of variant, bug, by-design, "),
            (["bugs", "--kind", "variant"], "bugs are not of the kind 'variant'."),
            (["bugs", "--spec", "adom"], "called 'adom'. Did you mean 'adam'?"),
            (["specs", "--class", "epsilon"], "are for lists of entries, and specs are none;"),
        ],
    )
    def test_is_2_with_a_sentence_for_wrong_use(self, arguments, sentence):
        result = run("list", *arguments)

        assert result.exit_code == 2
        assert result.output.startswith("error: ")
        assert sentence in result.output
