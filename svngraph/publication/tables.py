"""The dataset as tables for those who work with rows: items, links, passages, documents, organisations, statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, SKOS, XSD
from rdflib.term import Node

from svngraph.flattened import statement
from svngraph.labels import Label
from svngraph.namespaces import OA, SVN
from svngraph.publication.edition import Edition

Cell = str | int | None
_SEPARATOR = " "


@dataclass(frozen=True)
class Column:
    """A column: its name, which is the same in every language, its heading, and what it is in RDF.

    ``datatype`` is a name of CSVW; ``language`` is that of a text; ``several`` says that a cell is a list.
    """

    name: str
    title: Label
    term: URIRef | None = None
    datatype: str = "string"
    language: str | None = None
    several: bool = False
    needed: bool = False


@dataclass(frozen=True)
class Table:
    """A table; ``key`` is the column that names its rows, None where a row is nothing by itself."""

    name: str
    title: Label
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    key: str | None = None


def tables(edition: Edition) -> list[Table]:
    """The tables of an edition; a row's first cell is its IRI. The last one has every statement and so loses nothing.

    Shape: lists in a cell are parted by spaces, since what stands in them is IRIs; the terms of ``statements`` are
           written as N-Quads writes them.
    """
    things = [_Things(edition, *spec) for spec in _SPECIFIED]
    return [*(part.table() for part in things), _statements(edition)]


_Spec = tuple[str, URIRef, tuple[tuple[str, URIRef, str], ...]]
_NAME = (("name", SKOS.prefLabel, "text"), ("key", DCTERMS.identifier, "string"))
_SPECIFIED: tuple[_Spec, ...] = (
    (
        "plans",
        SVN.Plan,
        (
            *_NAME,
            ("class", RDF.type, "class"),
            ("year", SVN.planYear, "gYear"),
            ("valid_from", SVN.validFrom, "gYear"),
            ("valid_until", SVN.validUntil, "gYear"),
            ("realises", SVN.realises, "list"),
            ("note", SKOS.note, "text"),
            ("evidence", SVN.evidence, "list"),
        ),
    ),
    ("goals", SVN.AgreementGoal, (*_NAME, ("goal_of", SVN.goalOf, "anyURI"), ("evidence", SVN.evidence, "list"))),
    ("focus-areas", SVN.FocusArea, (*_NAME, ("serves", SVN.serves, "list"), ("evidence", SVN.evidence, "list"))),
    (
        "items",
        SVN.PlanItem,
        (
            *_NAME,
            ("class", RDF.type, "class"),
            ("plan", SVN.inPlan, "anyURI"),
            ("sequence", SVN.sequence, "integer"),
            ("traces_to", SVN.tracesTo, "list"),
            ("assigned_to", SVN.assignedTo, "list"),
            ("summary", SVN.summary, "text"),
            ("evidence", SVN.evidence, "list"),
        ),
    ),
    (
        "report-entries",
        SVN.ReportEntry,
        (
            *_NAME,
            ("plan", SVN.inPlan, "anyURI"),
            ("sequence", SVN.sequence, "integer"),
            ("reports_on", SVN.reportsOn, "list"),
            ("status", SVN.status, "list"),
            ("summary", SVN.summary, "text"),
            ("evidence", SVN.evidence, "list"),
        ),
    ),
    (
        "outcomes",
        SVN.Outcome,
        (
            *_NAME,
            ("outcome_of", SVN.outcomeOf, "list"),
            ("kind", SVN.outcomeKind, "list"),
            ("comparator", SVN.comparator, "anyURI"),
            ("value", SVN.value, "decimal"),
            ("least", SVN.minValue, "decimal"),
            ("most", SVN.maxValue, "decimal"),
            ("unit", SVN.unit, "text"),
            ("date", SVN.date, "string"),
            ("evidence", SVN.evidence, "list"),
        ),
    ),
    (
        "links",
        SVN.TraceLink,
        (
            ("from", SVN["from"], "anyURI"),
            ("relation", SVN.relation, "anyURI"),
            ("to", SVN.to, "anyURI"),
            ("basis", SVN.basis, "anyURI"),
            ("rationale", SVN.rationale, "text"),
            ("attributed_to", PROV.wasAttributedTo, "anyURI"),
            ("created", DCTERMS.created, "date"),
            ("evidence", SVN.evidence, "list"),
        ),
    ),
    (
        "passages",
        SVN.Passage,
        (
            ("document", OA.hasSource, "anyURI"),
            ("page", SVN.page, "integer"),
            ("start", OA.start, "selector"),
            ("end", OA.end, "selector"),
            ("digest", SVN.quoteDigest, "string"),
        ),
    ),
    (
        "documents",
        SVN.SourceDocument,
        (*_NAME, ("date", SVN.date, "string"), ("file_name", SVN.fileName, "string"), ("digest", SVN.digest, "string")),
    ),
    ("organisations", SVN.Organisation, (*_NAME, ("class", RDF.type, "class"), ("note", SKOS.note, "text"))),
)


class _Things:
    """A table of the things of a class, from what :data:`_SPECIFIED` says of it."""

    def __init__(self, edition: Edition, name: str, kind: URIRef, fields: tuple[tuple[str, URIRef, str], ...]) -> None:
        self._facts, self._edition = edition.facts, edition
        self._name, self._kind, self._fields = name, kind, fields

    def table(self) -> Table:
        columns = [Column("iri", self._edition.phrase("column.iri"), None, "anyURI", needed=True)]
        for name, term, form in self._fields:
            title = self._edition.phrase(f"column.{name}")
            if form == "text":
                columns += [Column(f"{name}_{lang}", title, term, "string", lang) for lang in ("sv", "en")]
            elif form in ("list", "class"):
                columns.append(Column(name, title, term, "anyURI", several=True))
            else:
                # A place is said of the passage's selector, which has no name: the column stands for no triple.
                own = None if form == "selector" else term
                columns.append(Column(name, title, own, "integer" if form == "selector" else form))
        return Table(self._name, self._edition.phrase(f"table.{self._name}"), columns, self._rows(), "iri")

    def _rows(self) -> Iterator[list[Cell]]:
        for thing in self._facts.instances(self._kind):
            yield [str(thing), *(cell for field in self._fields for cell in self._cells(thing, *field))]

    def _cells(self, thing: URIRef, _name: str, term: URIRef, form: str) -> list[Cell]:
        facts = self._facts
        if form == "text":
            label = facts.text(thing, term)
            return [label.sv, label.en]
        if form == "list":
            return [_SEPARATOR.join(facts.iris(thing, term)) or None]
        if form == "class":
            return [_SEPARATOR.join(facts.classes(thing)) or None]
        if form == "selector":
            node = facts.selector(thing, OA.hasSelector)
            return [_cell(facts.value(node, term)) if node is not None else None]
        return [_cell(facts.value(thing, term))]


def _cell(term: Node | None) -> Cell:
    if term is None:
        return None
    if isinstance(term, Literal) and term.datatype == XSD.integer:
        try:
            return int(str(term))
        except ValueError:
            return str(term)
    return str(term)


def _statements(edition: Edition) -> Table:
    names = ("subject", "predicate", "object", "graph")
    columns = [Column(name, edition.phrase(f"column.{name}"), needed=name != "graph") for name in names]
    rows = (statement(line) for line in edition.canonical.decode().split("\n") if line)
    return Table("statements", edition.phrase("table.statements"), columns, rows)
