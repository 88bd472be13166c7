"""Pages of the catalogue stand alone and show what the data say."""

from html.parser import HTMLParser

import pytest

from optimspec.conformance.explain_record import (
    AlgorithmRecord,
    Catalogue,
    Change,
    Curve,
    Discrepancy,
    EntryRecord,
    Explanation,
    Formula,
    HyperparameterRecord,
    Rewriting,
)
from optimspec.conformance.specification_record import EquationRecord, Specification
from optimspec.reports.explain import render

STEPS = [1, 10, 100, 1000]
V = Formula(text="v = 1", latex="v = 1")


class Page(HTMLParser):
    """The elements and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.words += f" {data}"

    def count(self, tag: str) -> int:
        """How many elements there are of one name."""
        return [name for name, _ in self.elements].count(tag)

    def values(self, attribute: str) -> list[str]:
        """Every value of ``attribute``."""
        return [value for _, attrs in self.elements if (value := attrs.get(attribute)) is not None]


def entry(name: str, *, kind: str = "bug", category: str = "epsilon") -> EntryRecord:
    """An entry of one changed equation, which adds a variable."""
    return EntryRecord(
        id=name,
        kind=kind,
        category=category,
        statement=f"{name} <b>does</b> otherwise.",
        effect="It goes astray.",
        algorithms=["adam"],
        links=["https://example.org/1", "javascript:alert(1)"],
        remedy="Mend it.",
        test="Step once.",
        seen_in="a library",
        aliases=[],
        option="",
        equations=[
            Rewriting(
                titles=["Adam"],
                changes=[Change(variable="v", before=None, after=V)],
            )
        ],
        specimen=None,
        caught_by=[],
    )  # fmt: skip


def explained(*curves: Curve) -> Explanation:
    """An entry with one discrepancy."""
    sized = Discrepancy(
        algorithm="adam", title="Adam", hyperparameters={"alpha": 0.001}, steps=STEPS,
        curves=list(curves), elements=64, seed=0,
    )  # fmt: skip
    return Explanation(entry=entry("eps-lost"), discrepancies=[sized])


ONE = Curve(epsilon=1e-8, relative=[0.0, 1e-9, 0.5, float("inf")])
TOLD = {
    "entry": explained(ONE),
    "catalogue": Catalogue(entries=[entry("eps-lost"), entry("kept", category="layout")]),
    "algorithm": AlgorithmRecord(
        specification=Specification(
            name="adam", title="Adam", source="a paper", url="https://example.org/paper",
            equations=[EquationRecord(variable="m", latex="m_t = g_t", meaning="moment")],
        ),
        equations=[Formula(text="m_t = g_t", latex="m_t = g_t")],
        hyperparameters=[
            HyperparameterRecord(name="beta1", default="0.9", domain="[0, 1)", meaning="decay")
        ],
        entries=[entry("eps-lost", kind="variant")],
    ),
}  # fmt: skip


@pytest.fixture(params=TOLD)
def page(request: pytest.FixtureRequest) -> Page:
    """Each kind of page."""
    return Page(render(TOLD[request.param]))


def test_a_page_stands_alone(page: Page) -> None:
    """It needs no script and no other file, and links within itself and to the web alone."""
    ids = page.values("id")

    assert not {tag for tag, _ in page.elements} & {"script", "link", "img", "iframe", "b"}
    assert len(ids) == len(set(ids))
    for link in page.values("href"):
        assert link.startswith("https://") or link.removeprefix("#") in ids


def test_an_entry_is_told_whole(page: Page) -> None:
    """Whichever page it is in."""
    for part in ("eps-lost <b>does</b> otherwise.", "It goes astray.", "Mend it.", "Step once."):
        assert part in page.words
    assert "https://example.org/1" in page.values("href")
    assert page.count("math") >= 1


def test_differences_are_drawn_and_tabled() -> None:
    """0 and infinity have no place on the scale, and stand in the table."""
    page = Page(render(explained(ONE, Curve(epsilon=1.0, relative=[0.1] * 4))))

    assert page.count("svg") == 1
    assert "eps = 1e−8" in page.words
    assert all(figure in page.words.split() for figure in ("0", "1e−9", "0.5", "∞"))


def test_no_difference_is_said_in_words() -> None:
    """There is nothing to draw."""
    page = Page(render(explained(Curve(epsilon=None, relative=[0.0] * 4))))

    assert page.count("svg") == 0
    assert "None on these inputs." in page.words


def test_the_index_leads_to_every_entry_and_class() -> None:
    page = Page(render(TOLD["catalogue"]))

    assert {"#eps-lost", "#kept", "#class-epsilon", "#class-layout"} <= set(page.values("href"))
    assert "Applies to" in page.words
    assert "2 entries: 2 bugs." in page.words


def test_an_algorithm_comes_with_its_equations_and_domains() -> None:
    """And with the entries that concern it."""
    page = Page(render(TOLD["algorithm"]))

    assert "[0, 1)" in page.words
    assert "https://example.org/paper" in page.values("href")
    assert "1 entry: 1 variant." in page.words
