"""Text stays text, whatever it is and wherever it stands: on pages, in XML, Markdown and lines."""

import io
import re
from collections import Counter
from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring

import pytest
from markdown_it import MarkdownIt
from markupsafe import Markup

from hostile import TEXTS, made
from optimspec.conformance import console
from optimspec.conformance.console_score import show_score
from optimspec.conformance.console_train import show_training
from optimspec.conformance.explain_record import (
    AlgorithmRecord,
    Catalogue,
    Discrepancy,
    EntryRecord,
    Explanation,
)
from optimspec.conformance.record import Record
from optimspec.conformance.score_record import Mutant, Score
from optimspec.conformance.terminal import Terminal
from optimspec.conformance.train_record import Run, TrainingRecord
from optimspec.conformance.visible import one_line, visible
from optimspec.reports import diff, explain, html, junit, markdown, score, train

WORDS = [f"word{place}" for place in range(len(TEXTS))]
"""As many harmless texts."""

MATHEMATICS = re.compile(r"m[a-z]+")


def judged(texts):
    return [made(Record, text, series=[]) for text in texts]


def trained(texts):
    runs = [made(Run, text, closed_loop=None) for text in texts]
    return made(TrainingRecord, texts[0], runs=runs, surface=None)


def scored(texts):
    return made(Score, texts[0], mutants=[made(Mutant, text) for text in texts], shortfalls=texts)


def entries(texts):
    return [made(EntryRecord, text, kind="bug") for text in texts]


def explained(texts):
    steps = [1, 10, 100, 1000]
    sizes = made(Discrepancy, texts[0], steps=steps, curves=[])
    told = made(Explanation, texts[0], entry=entries(texts)[0], discrepancies=[sizes])
    return told.model_copy(update={"entry": told.entry.model_copy(update={"links": texts})})


PAGES = {
    "conformance": lambda texts: html.render(judged(texts), title=texts[0]),
    "training": lambda texts: train.render(trained(texts)),
    "score": lambda texts: score.render(scored(texts)),
    "entry": lambda texts: explain.render(explained(texts)),
    "algorithm": lambda texts: explain.render(
        made(AlgorithmRecord, texts[0], entries=entries(texts))
    ),
    "catalogue": lambda texts: explain.render(Catalogue.model_construct(entries=entries(texts))),
}


class Page(HTMLParser):
    """The elements of a page apart from formulas, with the names of their attributes; its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.links, self.words = Counter(), [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        self.links += [value for name, value in attributes if name in ("href", "src", "action")]
        if not MATHEMATICS.fullmatch(tag) or tag in ("main", "meta"):
            self.elements[tag, *names] += tag not in ("code", "wbr")

    def handle_data(self, data):
        self.words += data


@pytest.fixture(scope="module", params=PAGES)
def page(request):
    """A page of each kind with every hostile text, and the same with harmless ones."""
    with pytest.MonkeyPatch.context() as patch:  # drawings of runs hold no text
        patch.setattr("optimspec.reports.train_plot.svg", lambda *_: Markup("<svg></svg>"))
        return [PAGES[request.param](texts) for texts in (list(TEXTS.values()), WORDS)]


def test_every_element_and_attribute_is_the_templates_own(page):
    hostile, harmless = (Page(text) for text in page)

    assert hostile.elements == harmless.elements
    assert not any(name.startswith("on") for names in hostile.elements for name in names[1:])


def test_every_link_leads_into_the_page(page):
    assert all(link.startswith("#") for link in Page(page[0]).links)


def test_nothing_in_a_page_acts_or_hides_and_nothing_is_lost(page):
    hostile = page[0]

    assert visible(hostile) == hostile
    assert visible(next(iter(TEXTS.values()))) in Page(hostile).words


def test_every_name_is_on_the_page():
    words = Page(PAGES["conformance"](list(TEXTS.values()))).words

    assert [text for text in TEXTS.values() if words.count(visible(text)) < 5] == []


def test_junit_is_well_formed_and_has_every_name():
    suites = fromstring(junit.render(judged(TEXTS.values()))).findall("testsuite")

    assert [suite.get("name") for suite in suites] == [visible(text) for text in TEXTS.values()]


def test_markdown_has_its_own_tables_and_lists_alone():
    """Of the markup there are two tables, one list, code spans and bold verdicts."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    hostile, harmless = (
        [token for part in parser.parse(text) for token in (part, *(part.children or ()))]
        for text in map(markdown.render, (judged(TEXTS.values()), judged(WORDS)))
    )
    words = {"text", "code_inline", "html_inline"}

    assert [t.type for t in hostile if t.type not in words] == [
        t.type for t in harmless if t.type not in words
    ]
    assert {t.content for t in hostile if t.type == "html_inline"} == {"<!-- -->"}


def test_changes_are_lines_of_their_own():
    old, new = ([r] for r in judged([TEXTS["escape"], TEXTS["lines"]]))
    text = diff.render(diff.changes(old, new))

    assert visible(text) == text
    assert [line[:2] == "  " for line in text.splitlines()] == [False, True] * 2


@pytest.mark.parametrize("name", TEXTS)
def test_a_terminal_shows_names_and_messages_as_they_are(name):
    out = Terminal(file=io.StringIO(), width=10_000)
    (record,) = judged([TEXTS[name]])
    console.show_record(out, record)
    console.show_times(out, record)
    show_training(out, trained([TEXTS[name]]))
    show_score(out, scored([TEXTS[name]]))
    shown = out.file.getvalue()

    assert visible(shown) == shown
    for character in TEXTS[name]:
        assert character in shown or not character.isprintable()
    if TEXTS[name].isprintable():
        assert one_line(shown).count(TEXTS[name]) >= 10
