"""In a real browser: nothing that a record holds runs, and nothing put into a page later does."""

import re

import pytest

import browser
from hostile import RAN, TEXTS, made
from optimspec.conformance.explain_record import Discrepancy, EntryRecord, Explanation
from optimspec.conformance.record import Record
from optimspec.conformance.train_record import Run, Surface, TrainingRecord
from optimspec.reports import explain, html, train

pytestmark = pytest.mark.skipif(not browser.BROWSER, reason=browser.MISSING)

INJECTED = (
    f"<script>{RAN}</script><img src=x onerror={RAN}><svg onload={RAN}></svg>"
    f'<iframe srcdoc="<script>parent.{RAN}</script>"></iframe><p style="color: red">'
)


@pytest.fixture
def opened(tmp_path):
    """Opens a page; gives what became of it, and what the browser says about it."""

    def open_page(text):
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        return browser.opened(path)

    return open_page


def title(page):
    return re.search("<title>(.*?)</title>", page, re.DOTALL)[1]


def judged():
    first, *others = TEXTS.values()
    return html.render([made(Record, first), *(made(Record, t, series=[]) for t in others)])


def trained():
    runs = [made(Run, TEXTS[name], path=[[0.0, 1.0]]) for name in ("script", "escape")]
    axes = [TEXTS["drawing"], TEXTS["script"]]
    sides = {"axes": axes, "x": [0, 1], "y": [0, 1], "loss": [[1, 2], [2, 3]], "minimum": None}
    plane = made(Surface, "", **sides)
    return train.render(made(TrainingRecord, TEXTS["section"], runs=runs, surface=plane))


def explained():
    entry = made(EntryRecord, TEXTS["image"], kind="bug", links=list(TEXTS.values()))
    sizes = made(Discrepancy, TEXTS["drawing"], steps=[1, 10, 100, 1000])
    sizes.curves[0].relative.extend([0.5] * 3)
    return explain.render(Explanation.model_construct(entry=entry, discrepancies=[sizes]))


@pytest.mark.parametrize("page", [judged, trained, explained])
def test_nothing_of_a_record_runs_and_all_of_the_page_is_allowed(opened, page):
    """The browser finds nothing to forbid: the page's style is its own, and the rest is text."""
    found, said = opened(page())

    assert said == []
    assert title(found) != "ran"
    assert not re.search(r"<(script|img|iframe|object|embed|form|base|link)\b", found)
    assert "<svg" in found


def test_what_is_put_into_a_page_later_does_not_run(opened):
    """Scripts, handlers, frames, images and styles are each refused by the page's policy."""
    found, said = opened(judged().replace("</header>", f"</header>{INJECTED}"))

    assert title(found) == html.TITLE
    for refused in ("inline script", "inline event handler", "image", "inline style"):
        assert any(refused in line for line in said), refused
    assert all("Content Security Policy" in line for line in said)


def test_without_the_policy_it_would_have_run(opened):
    page = re.sub("<meta http-equiv=.*>", "", judged())
    found, _ = opened(page.replace("</header>", f"</header>{INJECTED}"))

    assert title(found) == "ran"
