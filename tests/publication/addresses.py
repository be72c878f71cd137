"""The table of linked-data cases: what an address answers, on the server and on the static site alike.

Sources: RFC 9110 and 8288, W3C's recipes for vocabularies, DIGG's profile for persistent identifiers (UM-3 to UM-12).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
# What two libraries that read linked data send.
RDFLIB = "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1"
JENA = "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"

# Things that are there no more, put beside the shipped plans for these tests.
RETIRED = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix activity: <https://w3id.org/svngraph/id/activity/> .
<https://w3id.org/svngraph/graph/retired> {
  activity:gone owl:deprecated true .
  activity:renamed owl:deprecated true ; dcterms:isReplacedBy activity:ap2025-07 .
  activity:split owl:deprecated true ; dcterms:isReplacedBy activity:ap2025-07 , activity:ap2025-08 .
}
"""


@dataclass(frozen=True)
class Case:
    """A request and what it answers: status, where it leads, what its headers and its body match."""

    name: str
    path: str
    status: int
    accept: str | None = None
    language: str | None = None
    method: str = "GET"
    location: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None

    def asked(self) -> dict[str, str]:
        """The headers of the request."""
        named = {"Accept": self.accept, "Accept-Language": self.language}
        return {name: value for name, value in named.items() if value is not None}

    def wrong(self, status: int, headers: dict[str, str], body: bytes) -> list[str]:
        """What an answer has wrong; header names are in lower case, repeated headers joined by commas."""
        found = [] if status == self.status else [f"status {status}, not {self.status}"]
        if self.location is not None:
            got = re.sub(r"^https?://[^/]+", "", urljoin(f"http://x{self.path}", headers.get("location", "")))
            found += [] if got == self.location else [f"leads to {got!r}, not {self.location!r}"]
        for name, pattern in self.headers.items():
            value = headers.get(name, "")
            found += [] if re.search(pattern, value) else [f"{name}: {value!r} does not match {pattern!r}"]
        text = body.decode("utf-8", "replace")
        if self.body is not None and not re.search(self.body, text):
            found.append(f"the body does not match {self.body!r}: {text[:200]!r}")
        if self.method == "HEAD" and body:
            found.append("a body where only the head was asked for")
        return found


ID, ITEM = "/id/activity/ap2025-07", "/item/activity/ap2025-07"
HTML, TTL, JSONLD = "text/html", "text/turtle", "application/ld+json"
VARIES = {"vary": "(?i)accept.*accept-language"}

CASES = [
    # What names a thing answers 303 to what tells of it (DIGG UM-7, httpRange-14).
    Case("a browser sees the page", ID, 303, BROWSER, location=ITEM, headers=VARIES),
    Case("no preference sees the page", ID, 303, location=ITEM),
    Case("anything will do", ID, 303, "*/*", location=ITEM),
    Case("an empty preference is none", ID, 303, "", location=ITEM),
    Case("Turtle", ID, 303, TTL, location=f"{ITEM}.ttl", headers=VARIES),
    Case("JSON-LD", ID, 303, JSONLD, location=f"{ITEM}.jsonld"),
    Case("RDF/XML", ID, 303, "application/rdf+xml", location=f"{ITEM}.rdf"),
    Case("N-Triples", ID, 303, "application/n-triples", location=f"{ITEM}.nt"),
    Case("TriG", ID, 303, "application/trig", location=f"{ITEM}.trig"),
    Case("rdflib", ID, 303, RDFLIB, location=f"{ITEM}.rdf"),
    Case("Jena", ID, 303, JENA, location=f"{ITEM}.ttl"),
    Case("the higher quality wins", ID, 303, f"{TTL};q=0.5, {JSONLD};q=0.9", location=f"{ITEM}.jsonld"),
    Case("hundredths count", ID, 303, f"{TTL};q=0.81, {JSONLD};q=0.8, {HTML};q=0.79", location=f"{ITEM}.ttl"),
    Case("quality 0 is refusal", ID, 303, f"{TTL};q=0, */*;q=0.1", location=ITEM),
    Case("the page refused, anything else", ID, 303, f"{HTML};q=0, */*;q=0.1", location=f"{ITEM}.ttl"),
    Case("a range of types", ID, 303, f"text/*;q=0.3, {JSONLD};q=0.2", location=ITEM),
    Case("the specific before the range", ID, 303, f"text/*, {HTML};q=0.1", location=f"{ITEM}.ttl"),
    Case("parameters of a type", ID, 303, "text/turtle;charset=utf-8;q=0.9, text/html;q=0.8", location=f"{ITEM}.ttl"),
    Case("upper case", ID, 303, "TEXT/TURTLE;Q=1.0", location=f"{ITEM}.ttl"),
    Case("nothing that is offered", ID, 406, "image/png"),
    Case(
        "the alternatives are named",
        ID,
        303,
        headers={"link": rf'<[./]*{ITEM}\.ttl>; rel="?alternate"?; type="text/turtle"'},
    ),
    Case("the description is named", ID, 303, headers={"link": rf'<[./]*{ITEM}\.ttl>; rel="?describedby"?'}),
    Case("the name is named", ID, 303, headers={"link": 'svngraph/id/activity/ap2025-07>; rel="?canonical"?'}),
    Case("other sites may read", ID, 303, TTL, headers={"access-control-allow-origin": r"^\*$"}),
    # Languages.
    Case("English preferred", ID, 303, HTML, "en", location=f"/en{ITEM}"),
    Case("a regional English", ID, 303, HTML, "de, en-GB;q=0.8, sv;q=0.3", location=f"/en{ITEM}"),
    Case("Swedish before English", ID, 303, HTML, "en;q=0.5, sv", location=ITEM),
    Case("neither language", ID, 303, HTML, "fr", location=ITEM),
    Case("data has no language", ID, 303, TTL, "en", location=f"{ITEM}.ttl"),
    # Information resources answer 200 themselves (UM-3), by suffix and by preference.
    Case("the page", ITEM, 200, BROWSER, headers={"content-type": "^text/html; ?charset=utf-8"}, body='lang="sv"'),
    Case("the English page", f"/en{ITEM}", 200, BROWSER, body='<html lang="en">'),
    Case("the page as Turtle", ITEM, 200, TTL, headers={"content-type": "^text/turtle", "vary": "(?i)accept"}),
    Case("a suffix settles it", f"{ITEM}.ttl", 200, HTML, headers={"content-type": "^text/turtle"}, body="^@prefix"),
    Case("the suffix of the page", f"{ITEM}.html", 200, TTL, headers={"content-type": "^text/html"}),
    Case(
        "JSON-LD by suffix", f"{ITEM}.jsonld", 200, headers={"content-type": r"^application/ld\+json"}, body="@context"
    ),
    Case("RDF/XML by suffix", f"{ITEM}.rdf", 200, headers={"content-type": r"^application/rdf\+xml"}, body="<rdf:RDF"),
    Case("other sites may read the data", f"{ITEM}.ttl", 200, headers={"access-control-allow-origin": r"^\*$"}),
    Case("the data can be kept", f"{ITEM}.ttl", 200, headers={"etag": "."}),
    Case("the page names its data", ITEM, 200, HTML, body='rel="alternate" type="text/turtle"'),
    Case("the page names its address", ITEM, 200, HTML, body='rel="canonical"'),
    Case("the context", "/context.jsonld", 200, headers={"content-type": r"^application/ld\+json"}, body='"svn":'),
    # HEAD and other methods.
    Case("HEAD of a name", ID, 303, TTL, method="HEAD", location=f"{ITEM}.ttl"),
    Case("HEAD of a page", ITEM, 200, HTML, method="HEAD", headers={"content-type": "^text/html"}),
    Case("names are only read", ID, 405, method="POST"),
    # Unknown, gone, renamed, split (UM-10 to UM-12).
    Case("an unknown thing", "/id/activity/nothing", 404, HTML),
    Case("an unknown thing as data", "/id/activity/nothing", 404, TTL),
    Case("an unknown kind", "/id/nothing/ap2025-07", 404, HTML),
    Case("an unknown page", "/item/activity/nothing", 404, HTML),
    Case("unknown data", "/item/activity/nothing.ttl", 404),
    Case("a thing that is gone", "/id/activity/gone", 410, HTML),
    Case("a thing that is renamed", "/id/activity/renamed", 308, TTL, location=ID),
    Case(
        "a thing that was split",
        "/id/activity/split",
        300,
        HTML,
        headers={"link": 'ap2025-07>; rel="?successor-version"?.*ap2025-08>; rel="?successor-version"?'},
        body="ap2025-08",
    ),
    # Spelling of addresses.
    Case("percent-encoded", "/id/activity/ap2025%2D07", 303, HTML, location="/item/activity/ap2025-07"),
    Case("a slash too many on a name", f"{ID}/", 308, location=ID),
    Case("a slash too many on a page", f"{ITEM}/", 308, location=ITEM),
    Case("above the root", "/id/activity/..%2f..%2fetc%2fpasswd", 404, HTML),
    Case("a line break in a name", "/id/activity/x%0d%0aX-Evil:%201", 404, HTML),
    # Vocabulary, shapes and named graphs.
    Case("a term for people", "/def/Activity", 303, BROWSER, location="/vocabulary#Activity", headers=VARIES),
    Case("a term in English", "/def/Activity", 303, HTML, "en", location="/en/vocabulary#Activity"),
    Case("a term as Turtle", "/def/Activity", 303, TTL, location="/vocabulary.ttl"),
    Case("a term as RDF/XML", "/def/Activity", 303, "application/rdf+xml", location="/vocabulary.rdf"),
    Case("the vocabulary", "/def/", 303, BROWSER, location="/vocabulary"),
    Case("a code", "/def/basis/stated", 303, HTML, location="/vocabulary#basis%2Fstated"),
    Case("an unknown term", "/def/Nothing", 404, HTML),
    Case(
        "the vocabulary as data", "/vocabulary.ttl", 200, headers={"content-type": "^text/turtle"}, body="owl:Ontology"
    ),
    Case("the vocabulary as JSON-LD", "/vocabulary", 200, JSONLD, headers={"content-type": r"^application/ld\+json"}),
    Case("a shape for people", "/shape/Activity-report", 303, HTML, location="/shapes#Activity-report"),
    Case("a shape as JSON-LD", "/shape/Activity-report", 303, JSONLD, location="/shapes.jsonld"),
    Case("a named graph for people", "/graph/ap2024", 303, HTML, location="/named-graph/ap2024"),
    Case("a named graph as TriG", "/graph/ap2024", 303, "application/trig", location="/named-graph/ap2024.trig"),
    Case("an unknown graph", "/graph/nothing", 404, HTML),
    Case("a plan has a page of its own", "/id/plan/ap2025", 303, HTML, location="/plan/ap2025"),
    Case("a plan as data", "/id/plan/ap2025", 303, TTL, location="/item/plan/ap2025.ttl"),
    # What describes the dataset, for harvesters.
    Case("the catalogue", "/catalog", 200, headers={"content-type": r"^application/rdf\+xml"}, body="<rdf:RDF"),
    Case("the catalogue as Turtle", "/catalog", 200, TTL, headers={"content-type": "^text/turtle"}),
    Case("a dataset of the catalogue", "/catalog/dataset/all", 303, location="/catalog"),
    Case("a plan's dataset", "/catalog/dataset/plan/ap2025", 303, location="/catalog"),
    Case("VoID", "/.well-known/void", 200, headers={"content-type": "^text/turtle"}, body="void:Dataset"),
    Case(
        "VoID as RDF/XML",
        "/.well-known/void",
        200,
        "application/rdf+xml",
        headers={"content-type": r"application/rdf\+xml"},
    ),
    Case("a dump", "/dumps/dataset.nq.gz", 200, headers={"content-type": "^application/gzip"}),
    Case("what is hidden", "/.svngraph/manifest.tsv", 404, HTML),
]
