"""The words of the data: our own, in Swedish and English, and clean."""

import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, SKOS

from svngraph.namespaces import SVN, Names

NAMES = Names()
ROOT = Path(__file__).resolve().parents[2]
TEXTS = {".css", ".html", ".js", ".jsonld", ".md", ".py", ".rq", ".toml", ".trig", ".ttl", ".txt", ".xml", ".yaml"}
BUILT = {"build", "dist", "node_modules"}
# So many words in a row, and a sentence is copied.
RUN = 8
# Names carry over from the documents: those of the items of a plan, of organisations, and of outside documents.
NAMED = {
    "plan",
    "heading",
    "activity",
    "action-item",
    "assignment",
    "input",
    "principle",
    "focus-area",
    "organisation",
    "role",
    "external-document",
}
NAME_PROPERTIES = {SKOS.prefLabel, SKOS.altLabel}
# The parts that are said in words: those that must be there in both languages where they are there in one.
WORDS = (SKOS.prefLabel, SVN.summary, SVN.reason, SVN.rationale, SVN.unit, SKOS.note)
UNLABELLED = {"passage", "link", "wording"}


def words(text):
    """The words of a text, without addresses of web pages."""
    return re.findall(
        r"[^\W_]+(?:[-–][^\W_]+)*", re.sub(r"https?://[^\s>]+", "", text).casefold().replace("\u00ad", "")
    )


def literals(data):
    """Every text that people read, with the thing and the property that it belongs to."""
    return sorted((s, p, o) for s, p, o in data if isinstance(o, Literal) and o.language)


def is_name(s, p):
    """Whether a text is the name of something that the documents name."""
    if p == SVN.text:
        return True
    return p in NAME_PROPERTIES and isinstance(s, URIRef) and (NAMES.parts(s) or ("",))[0] in NAMED


def written(folder):
    """The text files under a folder that somebody wrote: not what was built, nor an installed Python."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not path.name.startswith(".") and path.name not in BUILT and not (path / "pyvenv.cfg").exists():
                yield from written(path)
        elif path.suffix in TEXTS:
            yield path


@pytest.fixture(scope="module")
def runs(texts):
    """Every run of RUN words of the documents, also across a line that breaks a word."""
    found = set()
    for text in texts.values():
        for read in (text, re.sub(r"(?<=\w)-\s*\n\s*", "", text), re.sub(r"(?<=\w)-\s*\n\s*", "-", text)):
            row = words(read)
            found.update(tuple(row[i : i + RUN]) for i in range(len(row) - RUN + 1))
    return found


def test_no_running_sentence_of_a_document_is_copied(data, runs):
    copied = []
    for s, p, o in literals(data):
        row = words(str(o))
        if not is_name(s, p) and any(tuple(row[i : i + RUN]) in runs for i in range(len(row) - RUN + 1)):
            copied.append((str(s), str(p)))
    assert copied == []


def test_no_running_sentence_of_a_document_is_in_the_repository(data, runs):
    """Not in code, tests or pages either; but names carry over, and runs that lie within one name are names."""
    named = set()
    for s, p, o in literals(data):
        if is_name(s, p):
            row = words(str(o))
            named.update(tuple(row[i : i + RUN]) for i in range(len(row) - RUN + 1))
    for path in written(ROOT):
        row = words(path.read_text(encoding="utf-8"))
        copied = {tuple(row[i : i + RUN]) for i in range(len(row) - RUN + 1)} & runs - named
        assert not copied, (str(path), len(copied))


def test_a_name_is_short(data):
    """What carries over as a name is a name: one sentence at most, and no longer than the longest heading of a plan."""
    for s, p, o in literals(data):
        if is_name(s, p) and p != SVN.text:
            assert len(str(o)) <= 200, (s, p)
            assert not re.search(r"[.!?] +[A-ZÅÄÖ]", str(o)), (s, p)


def test_a_wording_is_the_name_of_an_item_of_a_plan_and_not_a_text(data):
    for wording, text in data.subject_objects(SVN.text):
        (thing,) = data.subjects(SVN.wording, wording)
        assert NAMES.parts(thing)[0] in NAMED | {"agreement", "goal", "report"}, wording
        assert len(str(text)) <= 400, wording


def test_every_label_is_swedish_and_english_and_one_of_each(data):
    for thing in {s for s in data.subjects(RDF.type) if isinstance(s, URIRef)}:
        if NAMES.parts(thing)[0] not in UNLABELLED:
            languages = sorted(label.language for label in data.objects(thing, SKOS.prefLabel))
            assert languages == ["en", "sv"], thing


def test_what_is_said_in_one_language_is_said_in_the_other(data):
    said = defaultdict(list)
    for s, p, o in literals(data):
        if p in WORDS:
            said[s, p].append(o.language)
    for (s, p), languages in said.items():
        assert languages.count("sv") == languages.count("en"), (s, p)


def test_the_languages_are_swedish_and_english(data):
    assert {o.language for _, _, o in literals(data)} == {"sv", "en"}


def test_wordings_are_swedish_and_every_name_text_has_a_language(data):
    for text in data.objects(None, SVN.text):
        assert text.language == "sv", text
    for _, p, o in data:
        if p in {*NAME_PROPERTIES, *WORDS}:
            assert isinstance(o, Literal) and o.language, o


def test_texts_are_composed_and_hold_no_control_character(data):
    for s, p, o in data:
        if isinstance(o, Literal):
            text = str(o)
            assert unicodedata.is_normalized("NFC", text), (s, p)
            assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cs"}], (s, p)


def test_texts_hold_no_stray_white_space_and_no_empty_one_stands(data):
    for s, p, o in data:
        if isinstance(o, Literal):
            text = str(o)
            assert text and text == text.strip() and not re.search(r"\s\s|[^\S ]", text), (s, p)


def test_no_hyphen_of_a_line_end_is_left(data):
    """A broken line leaves a hyphen before a space, or inside a word that stands whole elsewhere in the data.

    A word in quotation marks, and a wording with a note on its slip, are shown as the source has them.
    """
    slips = set(data.subjects(SKOS.note)) & set(data.subjects(SVN.text))
    assert len(slips) <= 6
    swedish = [
        (s, p, re.sub("”[^”]*”", "", str(o))) for s, p, o in literals(data) if o.language == "sv" and s not in slips
    ]
    whole = {word for _, _, text in swedish for word in words(text) if "-" not in word}
    for s, p, text in swedish:
        for broken in re.finditer(r"\w- ", text):
            # «hälso- och sjukvård», «Öron-, näsa- och halssjukdomar»
            assert re.match(r"(\w+- )*(och|eller) ", text[broken.end() :]), (s, p)
        assert not [word for word in words(text) if "-" in word and word.replace("-", "") in whole], (s, p)


def test_english_texts_are_not_left_in_swedish(data):
    """A Swedish letter stands in an English text only in a name that has no English form, or in quotation marks."""
    names = {
        word
        for s, p, o in literals(data)
        if p in {*NAME_PROPERTIES, SVN.text} and o.language == "sv"
        for word in words(str(o))
    }
    for s, p, o in literals(data):
        if o.language == "en":
            for word in words(str(o)):
                assert not re.search(r"[åäö]", word) or word in names or f"“{word}" in str(o).casefold(), (s, p, word)
