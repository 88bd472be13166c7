"""The page of a census: all of it stands there without its script, and nothing else may run."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from hostile import TEXTS, made
from optimspec.conformance.census_record import Census, Row, dumps
from optimspec.conformance.record import Verdict
from optimspec.conformance.specification_record import EquationRecord, Setting
from optimspec.conformance.visible import visible
from optimspec.reports import census as page
from optimspec.reports.census_view import algorithms, command, given, libraries, settled
from optimspec.reports.load import UnreadableReport
from small_census import FINDING, SNIPPET, census, formula, row


class Page(HTMLParser):
    """The elements and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words += data

    def values(self, name):
        return [attributes[name] for _, attributes in self.elements if attributes.get(name)]


@pytest.fixture(scope="module")
def text():
    return page.render(census())


@pytest.fixture(scope="module")
def shown(text):
    return Page(text)


def test_the_headline_counts_rows_verdicts_and_what_was_confirmed():
    assert page.headline(census()) == (
        "8 implementations of 3 packages: 3 conform, 2 are documented variants, 1 is imprecise, "
        "1 does not conform and 1 could not be judged. Confirmed in the source: 1 of the 2 "
        "imprecise or wrong."
    )
    one = census(row("gamma", "gamma:A", "adam", Verdict.CONFORMS))
    assert page.headline(one) == "1 implementation of 1 package: 1 conforms."
    assert page.headline(one.model_copy(update={"rows": []})) == "Nothing was judged."


def test_every_row_and_mark_is_there_without_a_script(shown):
    rows = [attributes["id"] for tag, attributes in shown.elements if tag == "details"
            and attributes.get("class") == "row"]  # fmt: skip
    marks = [attributes["href"] for tag, attributes in shown.elements if tag == "a"
             and (attributes.get("class") or "").startswith("mark ")]  # fmt: skip

    assert len(rows) == 8
    assert sorted(marks) == sorted(f"#{place}" for place in rows)
    hidden = [attributes.get("class") for _, attributes in shown.elements if "hidden" in attributes]
    assert hidden == ["filters", "filters"]


def test_links_lead_to_the_web_to_a_place_or_to_a_filter(shown):
    places = shown.values("id")
    assert len(places) == len(set(places))
    for link in shown.values("href"):
        assert link.startswith("https://") or link[1:] in places or "=" in link


def test_the_policy_allows_the_page_its_own_script_and_style_alone(text, shown):
    def digest(tag):
        (held,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        return f"'sha256-{b64encode(sha256(held.encode()).digest()).decode()}'"

    (policy,) = (a["content"] for _, a in shown.elements if "http-equiv" in a)
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src {digest('script')}",
        f"style-src {digest('style')}",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert not shown.values("src")
    assert not {"link", "img", "iframe", "form", "base"} & {tag for tag, _ in shown.elements}
    assert not shown.values("style")
    assert not re.search(
        r"\b(fetch|XMLHttpRequest|import|innerHTML|eval)\b", text.split("<script>")[1]
    )


def test_the_same_census_gives_the_same_page(text):
    assert page.render(census()) == text


def test_a_row_tells_all_that_is_known_of_it(shown):
    for said in (
        "beta_learn:AdamTwice was judged.", FINDING.says, FINDING.code, "beta_learn/adam.py:12",
        "The closure was called 0 times.", SNIPPET, "float64.gaussian, step 2: theta of parameter",
        "nobody has confirmed it in the source", "optimspec.impls.census.glue.beta:Twice",
        "Unknown: no combination", "pip install beta-learn==2.1", "It needs a GPU.",
    ):  # fmt: skip
        assert said in shown.words
    assert shown.words.count("differs") == 1


@pytest.mark.parametrize("hostile", TEXTS.values(), ids=TEXTS)
def test_text_stays_text_wherever_it_stands(hostile):
    one, other = (page.render(made_of(said)) for said in (hostile, "word"))
    shown, harmless = Page(one), Page(other)

    assert visible(one) == one
    assert skeleton(shown) == skeleton(harmless)
    assert all(link.startswith(("#", "https:")) for link in shown.values("href"))


def made_of(said):
    rows = [made(Row, said, arguments={said: said}), made(Row, said, arguments={}, formula=None)]
    return made(Census, said, rows=rows)


def skeleton(shown):
    return [
        (tag, *attributes)
        for tag, attributes in shown.elements
        if tag not in ("code", "wbr") and not re.fullmatch("m[a-z]+", tag)
    ]


def test_bars_count_what_rows_compute_the_commonest_first():
    (adam,) = (a for a in algorithms(census()) if a.specification.name == "adam")

    assert [(bar.label, bar.count, bar.share) for bar in adam.bars] == [
        ("eps-hat", 2, 100), ("as published", 1, 50), ("not known", 1, 50),
        ("could not be judged", 1, 50),
    ]  # fmt: skip
    assert adam.bars[0].address == "algorithm=adam&variant=adam%2Beps-hat"


def test_what_a_formula_changes_adds_and_leaves_out():
    adam, _, _ = algorithms(census())
    hat = formula("adam+eps-hat")
    changed = [line.equation.variable for line in adam.lines(hat) if line.is_changed]
    assert changed
    assert set(changed) == {change.variable for edit in hat.edits for change in edit.changes}

    added = EquationRecord(variable="x", latex="x_{t} = 0", meaning="new")
    other = hat.model_copy(update={"equations": [added]})
    assert [(line.paper, line.is_changed) for line in adam.lines(other)] == [(None, True)]
    assert adam.dropped(other) == adam.specification.equations


def test_rows_of_one_name_have_places_of_their_own():
    twice = [row("gamma", "gamma:A", "adam", Verdict.CONFORMS)] * 2
    (library,) = libraries(census(*twice))
    assert [place for place, _ in library.rows] == [
        "gamma:gamma%3AA:adam",
        "gamma:gamma%3AA:adam~2",
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1e-8, "1e-8"),
        (0.1, "0.1"),
        (0.0, "0"),
        (1e20, "1e20"),
        (0.1 + 2**-55, "0.10000000000000003"),
        (float("inf"), "∞"),
    ],
)
def test_a_setting_is_told_from_every_other(value, said):
    assert given(value) == said


def test_a_setting_differs_where_a_target_has_another_value():
    def setting(used):
        return Setting(name="x", latex="x", paper=1.0, used=used)

    assert [settled(setting(used)) for used in (1.0, None, 2.0)] == [True, True, False]


def test_the_command_is_quoted_and_judges_what_was_judged():
    found = census(seed=7)
    assert command(found, found.rows[1]) == (
        "pip install alpha-optim==1.0\n"
        "optimspec check alpha_optim:Adam --spec adam --arg eps_hat=True "
        "--arg 'mode='\"'\"'a b'\"'\"'' --dtype float64 --dtype float32 --seed 7"
    )
    assert "check optimspec.impls.census.glue.beta:Twice" in command(found, found.rows[5])


def test_a_census_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "census.json"
    path.write_text(dumps(census()))
    assert page.read(path) == census()


def _without(name):
    return json.loads(census().model_dump_json(exclude={name}))


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ([], "the top level"),
        ({"schema_version": "2"}, "schema_version is '2', not '1'"),
        (_without("rows"), "rows: Field required"),
        (_without("rows") | {"rows": [{"package": 1}]}, r"rows\.0"),
        (_without("packages") | {"packages": []}, "'alpha-optim', which is not listed"),
        (_without("formulas") | {"formulas": {}}, "computes 'adam', which is not listed"),
        (_without("specifications") | {"specifications": {}}, "by 'adam', which is not listed"),
        (_without("environments") | {"environments": {}}, "in 'one', which is not listed"),
    ],
)
def test_a_spoiled_census_is_refused_in_a_sentence(tmp_path, held, why):
    path = tmp_path / "census.json"
    path.write_text(json.dumps(held))
    with pytest.raises(UnreadableReport, match=rf"census\.json does not hold one .*{why}.*again"):
        page.read(path)
