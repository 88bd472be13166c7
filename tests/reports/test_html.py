"""The page stands alone, says what was found, and trusts nothing it is given."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from optimspec.conformance.record import Departure, Record, Status
from optimspec.reports.html import render

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \x1b[31m\x00 \u202e {{ 7*7 }}"


class Page(HTMLParser):
    """The elements and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.html = html
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.words += data

    def values(self, attribute: str) -> list[str]:
        """Return every value of ``attribute``."""
        return [value for _, attrs in self.elements if (value := attrs.get(attribute)) is not None]


def hostile(record: Record) -> Record:
    """Return ``record`` with hostile text in every place that is free text."""
    check = record.checks[0].model_copy(
        update={"id": HOSTILE, "title": HOSTILE, "message": HOSTILE, "cites": HOSTILE}
    )
    edit = record.matched.edits[0] if record.matched else None
    assert edit is not None
    edit = edit.model_copy(
        update={
            "id": HOSTILE,
            "statement": HOSTILE,
            "links": ["javascript:alert(1)", "data:text/html,x", HOSTILE, "http://[", "//x.org/"],
        }
    )
    return record.model_copy(
        update={
            "target": HOSTILE,
            "about": HOSTILE,
            "summary": HOSTILE,
            "matched": record.matched and record.matched.model_copy(update={"edits": [edit]}),
            "checks": [check],
            "series": [run.model_copy(update={"case": HOSTILE, "format": "$\\frac{$<b>\x1b中"})
                       for run in record.series],
            "specification": record.specification.model_copy(
                update={"title": HOSTILE, "source": HOSTILE, "url": "javascript:alert(1)"}
            ),
            "environment": record.environment.model_copy(
                update={"versions": {HOSTILE: HOSTILE}, "platform": HOSTILE}
            ),
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def page(records: Sequence[Record]) -> Page:
    """Render one record of each verdict."""
    return Page(render(records))


@pytest.fixture(scope="module")
def hostile_page(variant: Record) -> Page:
    """Render a record that is hostile wherever it can be."""
    return Page(render([hostile(variant)], title=HOSTILE))


def test_headline(page: Page) -> None:
    """The page begins with what was judged and how it came out."""
    assert (
        "5 implementations were judged against Adam: 1 conforms, 1 is a documented variant, "
        "1 is imprecise, 1 does not conform and 1 could not be judged."
    ) in page.words


def test_alone(page: Page) -> None:
    """The page needs no script and no other file, and forbids both."""
    tags = {tag for tag, _ in page.elements}

    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert not [attrs for _, attrs in page.elements if "style" in attrs]
    assert not page.values("src")
    assert "@import" not in page.html


def test_the_policy_allows_the_style_sheet_alone(page: Page) -> None:
    """Nothing is allowed but the one style sheet, by its hash."""
    sheet = page.html.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    (policy,) = (a["content"] for t, a in page.elements if t == "meta" and a.get("http-equiv"))

    assert policy is not None
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_links_are_web_links(page: Page, hostile_page: Page) -> None:
    """Only http, https and places in the page are linked; the places exist, each once."""
    for ids, links in ((p.values("id"), p.values("href")) for p in (page, hostile_page)):
        assert len(ids) == len(set(ids))
        for link in links:
            assert link.startswith(("https://", "http://")) or link.removeprefix("#") in ids


def test_hostile_text(hostile_page: Page) -> None:
    """Text stays text: no element, attribute or control character comes from a record."""
    assert not {"script", "img"} & {tag for tag, _ in hostile_page.elements}
    assert not [n for _, attrs in hostile_page.elements for n in attrs if n.startswith("on")]
    assert not set(hostile_page.html) & set("\x00\x1b\u202e")
    assert "{{ 7*7 }}" in hostile_page.words


def test_same_records_same_page(page: Page, records: Sequence[Record]) -> None:
    """Rendering is deterministic."""
    assert render(records) == page.html


def test_matrix_has_a_cell_for_each_check(page: Page, wrong: Record) -> None:
    """Each check of a target leads from its cell to its row; what was not run says so."""
    for check in wrong.checks:
        assert f"#target-4-{check.id}" in page.values("href")
        assert f"target-4-{check.id}" in page.values("id")
    assert page.words.count("not run") == len(wrong.checks) + 1  # fused.cu:FusedAdam, and the key


def test_skip_is_no_pass(imprecise: Record) -> None:
    """A skipped check is marked as one, gives its reason, and is not counted as passed."""
    page = Page(render([imprecise]))
    skipped = [check for check in imprecise.checks if check.status is Status.SKIP]

    assert skipped
    assert all(check.message in page.words for check in skipped)
    assert "2 skip" in page.words
    assert "cell skip" in " ".join(page.values("class"))


def test_diagnosis(wrong: Record) -> None:
    """A mistake is shown with its effect, remedy and links, and the counterexample to run."""
    page = Page(render([wrong]))
    assert wrong.matched is not None
    counterexample = wrong.checks[0].counterexample
    assert counterexample is not None

    for edit in wrong.matched.edits:
        assert all(
            text in page.words for text in (edit.id, edit.statement, edit.effect, edit.remedy)
        )
        assert set(edit.links) <= set(page.values("href"))
        assert all(size.text in page.words for size in edit.sizes)
    assert counterexample.snippet in page.words
    assert repr(counterexample.got) in page.words


def test_constants_and_plots(imprecise: Record) -> None:
    """Each error constant stands beside the limit, and each case has a drawing."""
    page = Page(render([imprecise]))

    assert "over" in page.words
    assert "30.4" in page.words
    assert [tag for tag, _ in page.elements].count("svg") == 2


def test_specification_and_claims(page: Page) -> None:
    """Equations and claims stand once for all targets of a specification, as MathML."""
    assert page.words.count("Specification: Adam") == 1
    assert "proved" in page.words
    assert "refuted" in page.words
    assert [tag for tag, _ in page.elements].count("math") >= 5
    assert "20141222" in page.words


def test_two_specifications(conforming: Record) -> None:
    """Different specifications are all shown, even under one name."""
    conforming = conforming.model_copy(update={"series": []})
    other = conforming.specification.model_copy(update={"title": "Adam, second edition"})
    words = Page(render([conforming, conforming.model_copy(update={"specification": other})])).words

    assert (
        "2 implementations were judged against Adam and Adam, second edition: 2 conform." in words
    )
    assert words.count("Specification: Adam") == 2


def test_nothing_judged() -> None:
    """A page about no record says that nothing was judged."""
    assert "Nothing was judged." in Page(render([])).words


def test_unknown_formula(wrong: Record) -> None:
    """A formula that nothing explains is called unknown, and each variable's departure is shown."""
    departure = Departure(
        variable="v", case="normal", format="float64", step=7, parameter=1, element=2,
        got=0.5, expected=0.25, error=0.25, bound=1e-17,
    )  # fmt: skip
    unknown = wrong.model_copy(update={"matched": None, "departures": [departure]})
    words = Page(render([unknown])).words

    assert "Unknown: no combination" in words
    assert all(text in words for text in ("2 of parameter 1", "normal, float64", "0.25"))


@pytest.mark.parametrize("bound", [0.0, float("nan")])
def test_ratio_without_bound(wrong: Record, bound: float) -> None:
    """A counterexample without a positive bound is shown without a ratio."""
    found = wrong.checks[0].counterexample
    assert found is not None
    check = wrong.checks[0].model_copy(
        update={"counterexample": found.model_copy(update={"bound": bound})}
    )
    assert "error / E" not in Page(render([wrong.model_copy(update={"checks": [check]})])).words
