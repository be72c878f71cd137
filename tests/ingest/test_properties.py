"""What holds of every reading, whatever the document says."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from svngraph.errors import InputError
from svngraph.ingest import profiles
from svngraph.ingest.lifting.cues import dates, interval, numbers, sentences
from svngraph.ingest.linking.documents import documents
from svngraph.ingest.linking.known import Known, KnownName
from svngraph.ingest.linking.mentions import Recogniser
from svngraph.ingest.proposal import propose
from svngraph.ingest.reading import read
from svngraph.ingest.words import Lexicon, joint
from svngraph.namespaces import Names

PROFILES = {name: profiles.load(name) for name in profiles.names()}
BITS = st.sampled_from(
    [
        "Aktivitetsplan 2031",
        "Återrapport aktivitetsplan 2031",
        "Handlingsplan 2031",
        "Verksamhetsplan 2031-2034",
        "Fokusområde Vägar",
        "• Pröva skoter",
        "- punkt",
        " - under",
        "1. numrerad",
        "hälso-\noch sjukvård",
        "kompetens-\nförsörjning",
        "[länk](http://x.invalid)",
        "Fjällrådet har haft två möten i mars.",
        "3 (3)",
        "2031-02-30",
        "46–100 %",
        "| a | b |",
        "<td>",
        "Fokusområde;Aktivitet",
        '"',
        "\f",
        "\n",
        "\n\n\n",
        "\u00ad",
        "\u202e",
        "😀",
        "å",
    ]
)
TEXTS = st.lists(st.one_of(BITS, st.text(max_size=20)), min_size=1, max_size=25).map("\n".join)
QUICK = settings(derandomize=True, deadline=None, max_examples=120)


def reading_of(text: str, suffix: str, profile):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(text.encode("utf-8", "replace"))
        return read(path, profile.options)


@QUICK
@given(TEXTS, st.sampled_from([".txt", ".md", ".html", ".csv"]), st.sampled_from(sorted(PROFILES)))
def test_every_character_is_accounted_for_and_every_place_is_true(text, suffix, name):
    profile = PROFILES[name]
    try:
        reading = reading_of(text, suffix, profile)
    except InputError:
        return
    for block in reading.blocks:
        assert block.text.strip() == block.text != ""
        assert len(block.places) == len(block.text)
        assert list(block.places) == sorted(block.places)
        if suffix != ".html":  # a character of HTML may be written by its name
            for sign, at in zip(block.text, block.places, strict=True):
                assert sign == reading.text[at] or sign == " " or (sign == "-" and reading.text[at] == "\u00ad")
        assert all(0 <= start < end <= len(reading.text) for start, end in block.spans)
    proposal = propose(reading, profile, Known(), {"year": "2031", "action": "2031", "start": "2031", "until": "2034"})
    account = proposal.account()
    assert min(account.item, account.furniture, account.blank, account.left_over) >= 0
    assert account.item + account.furniture + account.blank + account.left_over == len(reading.text)
    assert proposal.trig(Names()) == proposal.trig(Names())
    keys = [item.name for item in proposal.lifted.items.values()]
    assert len(keys) == len(set(keys))


@QUICK
@given(st.text(max_size=120), st.sampled_from(["2024", None]))
def test_dates_and_numbers_stand_where_they_say(text, year):
    for date in dates(text, year):
        assert 0 <= date.start < date.end <= len(text)
        assert date.earliest <= date.latest
        assert interval(date.edtf) == (date.earliest, date.latest)
    for number in numbers(text):
        float(number.low)
        assert 0 <= number.start < number.end <= len(text)
    spans = list(sentences(text))
    assert all(a < b for a, b in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_dates_by_hand():
    text = "Den 3 mars 2024 och i maj, under våren, 2023-12-xx, 2026–2030, feb 2024, 2023-02-30 samt 31 juni 2024."
    assert [date.edtf for date in dates(text, "2025")] == [
        "2024-03-03",
        "2025-05",
        "2025-21",
        "2023-12-XX",
        "2026/2030",
        "2024-02",
        "2024",  # there is no 31 June: the year is what can be said
    ]
    assert [date.edtf for date in dates("under andra halvan av året", "2025")] == ["2025-41"]
    assert interval("2024-02") == ("2024-02-01", "2024-02-29")


def test_numbers_by_hand():
    found = [(n.low, n.high, n.unit, n.comparator) for n in numbers("46–100 % av 1 250 kronor och sju områden 2025")]
    assert found == [
        ("46", "100", "procent", "equal"),
        ("1250", None, "kronor", "equal"),
        ("7", None, "områden", "equal"),
    ]
    assert [n.low for n in numbers("kapitel 13 i lagen, Beredningsgrupp 2 och tjänsten 1177:s sidor")] == []
    assert [n.low for n in numbers("Differences in sex development (DSD) och sex grupper")] == ["6"]
    assert [(n.low, n.comparator) for n in numbers("tjugo procent fler än föregående år")] == [("20", "increase")]
    assert [n.comparator for n in numbers("minst 4,5 procent")] == ["at-least"]


def test_broken_words_by_hand():
    words = Lexicon(["upphandlingsgruppen hälso- och sjukvård en grupp i vården vården en en"])
    assert joint("upphandlingsgrup", "pen har", words) == (0, "")
    assert joint("hälso-", "och sjukvård", words) == (0, " ")
    assert joint("kompetens-", "försörjning", words) == (1, "")
    assert joint("HR-", "direktör", words) == (0, "")
    assert joint("vård", "en plan", Lexicon(["vården vård vård en en"])) == (0, " ")
    assert joint("2021-", "2024", words) == (0, "")
    assert joint("chefs", "-grupperna", words) == (0, "")


def test_laws_and_plans_outside_the_sources():
    text = (
        "Enligt hälso- och sjukvårdslagen (2017:30) och lagen om valfrihetssystem (LOV) ska underlagen följa "
        "förslagen. Socialtjänstlagen ändras, och en ny bolagslag väntas. Den nationella "
        "strategin för vård 2031–2034 gäller, liksom ”Plan för fjällen” och Lagen om offentlig upphandling."
    )
    found = [(d.label, d.type, d.score, d.acronym, d.number) for d in documents(text, [])]
    assert found == [
        ("Hälso- och sjukvårdslagen", "Law", 0.95, "", "2017:30"),
        ("Lagen om valfrihetssystem", "Law", 0.95, "LOV", ""),
        ("Socialtjänstlagen", "Law", 0.6, "", ""),
        ("Ny bolagslag", "Law", 0.6, "", ""),
        ("Nationella strategin för vård 2031–2034", "ExternalPlan", 0.7, "", ""),
        ("Plan för fjällen", "ExternalPlan", 0.7, "", ""),
        ("Lagen om offentlig upphandling", "Law", 0.6, "", ""),
    ]
    knows = Recogniser([KnownName("external-document", "lov", ("Lagen om valfrihetssystem",), ("LOV",))])
    known = knows.mentions(text)
    assert {mention.key for mention in known} == {"lov"}
    assert len(documents(text, known)) == len(found) - 1
    assert documents("lagen om " * 2000 + "a-" * 20000, []) is not None


def test_names_in_their_forms():
    names = [
        KnownName("organisation", "namnden", ("Samverkansnämnden", "nämnden"), ("SVN",)),
        KnownName("organisation", "regionerna", ("regionerna",)),
        KnownName("organisation", "region-nord", ("Region Nord",)),
        KnownName("organisation", "sjukhuset-umea", ("Sjukhuset i Umeå",)),
        KnownName("organisation", "sjukhuset-lulea", ("Sjukhuset i Luleå",)),
        KnownName("organisation", "radet", ("Regionala vårdrådet",)),
        KnownName("organisation", "npo-hjarta", ("NPO Hjärta", "Hjärta")),
        KnownName("organisation", "rpo-hjarta", ("RPO Hjärta", "Hjärta")),
    ]
    knows = Recogniser(names)

    def found(text: str) -> list[str]:
        return [mention.key for mention in knows.mentions(text)]

    assert found("Samverkansnämndens beslut och SVN:s kansli, men inte svn") == ["namnden", "namnden"]
    assert found("regionernas och regioner i Region Nord, en region") == ["regionerna", "regionerna", "region-nord"]
    assert found("ett regionalt vårdråd") == ["radet"]
    assert found("Utveckla regionsamverkan, men ingen regionbuss") == ["regionerna"]
    assert found("De två sjukhusen i Umeå, Åre och Luleå") == ["sjukhuset-umea", "sjukhuset-lulea"]
    assert found("RPO arbetar med Hjärta.") == ["rpo-hjarta"]
    assert found("Hjärta.") == []
    assert found("arbetsgruppen") == []
    assert knows.candidates("Inköpsgruppen och arbetsgruppen", []) == [(0, 13)]
