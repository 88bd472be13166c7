"""The page of a census in a real browser: what its filters show, and how two packages differ."""

import json
import re
from html import unescape

import pytest

import browser
from optimspec.reports.census import render
from small_census import census

pytestmark = pytest.mark.skipif(not browser.BROWSER, reason=browser.MISSING)

SCENES = {
    "plain": "",
    "package": "package=alpha-optim&verdict=conforms",
    "edit": "variant=eps-hat",
    "formula": "algorithm=adam&variant=adam",
    "unknown": "variant=unknown",
    "text": "text=closure+BETA",
    "nothing": "package=gamma&algorithm=sgd",
    "opened": "package=gamma&row=alpha-optim:alpha_optim%253AAdam%2528eps_hat%253DTrue%2529:adam",
    "place": "formula:adam%2Beps-hat",
    "forth": "a=alpha-optim&b=beta-learn",
    "back": "a=beta-learn&b=alpha-optim",
    "strange": "a=alpha-optim&b=gamma&package=<b>&verdict=x&more=y",
    "typed": "",
}
"""What stands in the page's address."""

HARNESS = """<!doctype html><pre></pre>
<script>
const found = {};
const shown = (page, selector) => [...page.querySelectorAll(selector)]
  .filter((element) => element.checkVisibility()).map((element) => element.textContent.trim());
const told = (page) => ({
  rows: shown(page, ".row .target"),
  heads: shown(page, ".census thead th"),
  marks: shown(page, ".mark .unseen"),
  count: page.querySelector("#filters output").textContent,
  controls: Object.fromEntries([...page.querySelectorAll("[name]:not(meta)")]
    .map((control) => [control.name, control.value])),
  pair: [...page.querySelectorAll("#differences tr, #differences p")].map((line) =>
    [...line.children].map((cell) => cell.textContent).join(" | ") || line.textContent),
  open: [...page.querySelectorAll("details[open]")].map((details) => details.id),
  copied: page.querySelectorAll(".row .body math").length,
  hash: page.location.hash,
  over: page.documentElement.scrollWidth - page.documentElement.clientWidth,
});
const choose = (page, name, value) => {
  const control = page.querySelector(`[name=${name}]`);
  control.value = value;
  control.dispatchEvent(new Event("input"));
};
addEventListener("load", () => setTimeout(() => {
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    if (frame.title === "typed") {
      choose(page, "verdict", "variant");
      choose(page, "text", "beta_learn");
      choose(page, "a", "gamma");
    }
    if (frame.title === "narrow") {
      for (const each of page.querySelectorAll("details")) each.open = true;
    }
    found[frame.title] = told(page);
  }
  document.querySelector("pre").textContent = JSON.stringify(found);
}, 500));
</script>
"""


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """What the page shows in each scene, 1200 pixels wide, and 400 with everything open."""
    home = tmp_path_factory.mktemp("census")
    (home / "page.html").write_text(render(census()), encoding="utf-8")
    frames = [(name, place, 1200) for name, place in SCENES.items()]
    frames.append(("narrow", "a=alpha-optim&b=beta-learn", 400))
    harness = home / "harness.html"
    harness.write_text(
        HARNESS
        + "".join(
            f'<iframe title="{name}" width="{width}" height="900" src="page.html#{place}"></iframe>'
            for name, place, width in frames
        )
    )
    found, said = browser.opened(harness, "--allow-file-access-from-files")
    assert said == []
    return json.loads(unescape(re.search("<pre>(.*?)</pre>", found, re.DOTALL)[1]))


def test_all_is_shown_at_first(scenes):
    plain = scenes["plain"]
    assert len(plain["rows"]) == len(plain["marks"]) == 8
    assert plain["count"] == "8 of 8"
    assert plain["heads"] == ["Package", "Adam", "SGD", "Lion"]
    assert plain["open"] == plain["pair"] == []


@pytest.mark.parametrize(
    ("scene", "rows", "heads"),
    [
        ("package", ["alpha_optim:Adam", "alpha_optim:SGD"], ["Adam", "SGD"]),
        ("edit", ["alpha_optim:Adam(eps_hat=True)", "beta_learn:Adam"], ["Adam"]),
        ("formula", ["alpha_optim:Adam"], ["Adam"]),
        ("unknown", ["beta_learn:AdamTwice"], ["Adam"]),
        ("text", ["beta_learn:AdamTwice"], ["Adam"]),
        ("nothing", [], []),
        ("typed", ["beta_learn:Adam"], ["Adam"]),
    ],
)
def test_a_filter_shows_what_it_asks_for_and_its_columns(scenes, scene, rows, heads):
    found = scenes[scene]
    assert found["rows"] == rows
    assert [mark.rpartition(":")[0] for mark in found["marks"]] == rows
    assert found["heads"] == ["Package", *heads]
    assert found["count"] == f"{len(rows)} of 8"


def test_the_address_sets_the_controls_and_the_controls_the_address(scenes):
    assert scenes["text"]["controls"]["text"] == "closure BETA"
    assert scenes["package"]["controls"]["verdict"] == "conforms"
    assert scenes["typed"]["hash"] == "#verdict=variant&text=beta_learn&a=gamma"


def test_an_opened_row_has_its_equations_whatever_the_filter(scenes):
    opened = scenes["opened"]
    assert opened["open"] == ["alpha-optim:alpha_optim%3AAdam%28eps_hat%3DTrue%29:adam"]
    assert opened["copied"] > 5
    assert opened["count"] == "8 of 8"
    assert scenes["place"]["open"] == ["formula:adam%2Beps-hat"]


def test_what_one_package_must_be_given_to_do_as_another(scenes):
    assert scenes["forth"]["pair"] == [
        "Algorithm | beta-learn | by alpha-optim",
        "Adam | beta_learn:Adam | same formula: alpha_optim:Adam(eps_hat=True) "
        "with epsilon = 1e-7 ≈ variant",
        "Adam | beta_learn:AdamTwice | what it computes is not known",
        "SGD | beta_learn:SGD | same formula: alpha_optim:SGD with its defaults ✓ conforms",
    ]


def test_how_formulas_differ_and_where_they_meet(scenes):
    published, hat, sgd = scenes["back"]["pair"][1:]
    assert "other formula: beta_learn:Adam is the same where epsilon = 0" in published
    assert "beta-learn alone: eps-hat " in published
    assert "same formula: beta_learn:Adam with epsilon = 1e-8" in hat
    assert "same formula: beta_learn:SGD with its defaults" in sgd


def test_a_strange_address_does_no_harm(scenes):
    strange = scenes["strange"]
    assert strange["controls"]["package"] == ""
    assert len(strange["rows"]) == 8
    assert strange["pair"][1].endswith("could not be judged") or "not known" in strange["pair"][1]


def test_a_narrow_page_does_not_scroll_sideways(scenes):
    assert scenes["narrow"]["over"] <= 0
    assert len(scenes["narrow"]["open"]) > 10
