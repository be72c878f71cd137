"""The question library: SPARQL queries that have a name, labels in Swedish and English, and typed parameters.

A question is one file, ``ontology/questions/ID.rq``. It is plain SPARQL 1.1, and runs as it stands in any engine; what
svngraph knows about it stands in the comment lines at its top, the header::

    # title@sv: Grupper som har bildats
    # title@en: Groups created
    # description@sv: Grupper som ett utfall säger har bildats under året.
    # description@en: Groups that an outcome says were created during the year.
    # topic: organisations
    # covers: CQ12
    # param year year = 2025 | år | year
    # column group | grupp | group
    # column groupLabel | gruppens namn | name of the group

``title`` and ``description``, in both languages: what is asked, and what a row of the answer is.

``topic`` (optional): what it is about, one of those that ``topics.toml`` beside it lists, in the order of their groups,
each with its name in both languages.

``SPDX-License-Identifier: CC0-1.0`` (optional): the licence of the file.

``covers`` (optional): the competency questions it answers, by number, with commas.

``param NAME TYPE [= DEFAULT] | Swedish label | English label``: a value that the asker gives. The query writes it
``$NAME``, and writes its variables ``?name``. Asking binds the parameter: ``$NAME`` is replaced by an RDF term,
wherever it is not inside a string, an IRI or a comment. ``$lang`` is always there and needs no line: ``"sv"`` or
``"en"``, to choose labels by. The types are

- ``item:KIND``: a thing, given by key (then of that kind), ``kind/key``, ``kind:key`` or IRI
- ``item``: the same, where a key alone does not say which thing is meant; ``organisation``: ``item:organisation``
- ``code:LIST``: a concept of the code list ``def/LIST``, given by its code or IRI
- ``year``: four digits, becomes ``xsd:gYear``; ``integer``, ``decimal``: a number in digits, with a decimal point
- ``text``: any text, becomes a plain literal; ``iri``: an absolute IRI, or a prefixed name

``column NAME | Swedish label | English label``: one line for each variable the query selects, in the same order.

A query answers over the union of all named graphs, where one triple may stand more than once: it selects ``DISTINCT``,
says its order, and gives each thing both as an IRI and with a label.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from rdflib.namespace import XSD

from svngraph.errors import InputError, QueryError
from svngraph.namespaces import CODE_LISTS, KINDS, SVN, Names
from svngraph.settings import LANGUAGES
from svngraph.sparql import literal
from svngraph.topics import TOPICS, topics

# What can hide a parameter comes first: an IRI, a string, an escaped character of a prefixed name, a comment.
# Source: https://www.w3.org/TR/sparql11-query/#sparqlGrammar, IRIREF to STRING_LITERAL_LONG2 and VARNAME.
_TOKEN = re.compile(
    r"""(?P<opaque>
          <[^<>"{}|^`\\\x00-\x20]*>
        | \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*'
        | \\. | \#[^\r\n]* )
      | (?P<sigil>[$?]) (?P<name>[\w\u00b7\u0300-\u036f\u203f\u2040]+)""",
    re.VERBOSE | re.DOTALL,
)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20\x7f-\x9f\ud800-\udfff]+")
_KEY = re.compile(r"\w[\w.~-]*")
_NUMBERS = {
    "year": (r"[0-9]{4}", XSD.gYear, "four digits, such as 2025"),
    "integer": (r"[+-]?[0-9]+", XSD.integer, "a whole number, such as 12"),
    "decimal": (r"[+-]?[0-9]+(?:\.[0-9]+)?", XSD.decimal, "a number, such as 12 or 0.5"),
}


@dataclass(frozen=True)
class Column:
    """A column of an answer: the variable's name, and its label by language."""

    name: str
    label: Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """A value that the asker gives; ``argument`` is the type's kind or code list."""

    name: str
    type: str
    argument: str | None
    label: Mapping[str, str]
    default: str | None = None

    def term(self, value: str, names: Names) -> str:
        """The RDF term that a value stands for, in N-Triples form.

        Errors: QueryError, naming the parameter, what was given and what is expected.
        """
        if self.type == "text":
            if re.search("[\ud800-\udfff]", value):
                raise self._refusal(value, "text in Unicode")
            return literal(value)
        if self.type in _NUMBERS:
            pattern, datatype, expected = _NUMBERS[self.type]
            if not re.fullmatch(pattern, value.strip()):
                raise self._refusal(value, expected)
            return f'"{value.strip()}"^^<{datatype}>'
        iri = self._iri(value.strip(), names)
        space = str(SVN[f"{self.argument}/"]) if self.type == "code" else ""
        if iri is None or not iri.startswith(space) or not _IRI.fullmatch(iri):
            raise self._refusal(value, self._expected())
        return f"<{iri}>"

    def _iri(self, value: str, names: Names) -> str | None:
        space, slash, key = value.partition("/")
        prefix, colon, local = value.partition(":")
        prefixes = names.prefixes()
        if self.type == "code" and re.fullmatch(r"[a-z][a-z0-9-]*", value):
            return str(SVN[f"{self.argument}/{value}"])
        if self.type == "item":
            if self.argument and _KEY.fullmatch(value):
                return str(names.thing(self.argument, value))
            if slash and space in KINDS and _KEY.fullmatch(key):
                return str(names.thing(space, key))
            if colon and prefix in KINDS and _KEY.fullmatch(local):
                return str(names.thing(prefix, local))
        if colon and prefix in prefixes and not local.startswith("//"):
            return prefixes[prefix] + local
        return value if colon else None

    def _expected(self) -> str:
        by_key = f"the key of a thing of kind {self.argument}, " if self.argument else ""
        code = f"a code of the list {SVN[self.argument or '']}"
        return {"code": code, "item": f"{by_key}kind/key or an IRI"}.get(self.type, "an absolute IRI")

    def _refusal(self, value: str, expected: str) -> QueryError:
        return QueryError(f"{value!r} cannot be used", where=f"parameter {self.name}", remedy=f"expected {expected}")


@dataclass(frozen=True)
class Question:
    """A query of the library: ``id`` is its file's name without the ending, ``text`` the whole file.

    Shape: titles, descriptions and labels are mappings from ``sv`` and ``en``; ``covers`` are numbers of competency
           questions; ``topic`` is one of :mod:`svngraph.topics`, or empty.
    """

    id: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str
    covers: tuple[str, ...] = ()
    topic: str = ""

    def bind(self, values: Mapping[str, str], names: Names, lang: str) -> str:
        """The query with a term in the place of each parameter; defaults fill in what ``values`` leaves out.

        Errors: QueryError, for a value that is missing, unknown, or not of the parameter's type.
        """
        known = {parameter.name for parameter in self.parameters}
        if unknown := sorted(set(values) - known):
            remedy = f"it has {', '.join(sorted(known))}" if known else "it takes none"
            raise QueryError(f"there is no parameter {unknown[0]}", where=self.id, remedy=remedy)
        if lang not in LANGUAGES:
            raise QueryError(f"there is no language {lang!r}", where=self.id, remedy="choose sv or en")
        terms = {"lang": literal(lang)}
        for parameter in self.parameters:
            value = values.get(parameter.name, parameter.default)
            if value is None:
                label = parameter.label[lang]
                raise QueryError(f"parameter {parameter.name} ({label}) has no value", where=self.id, remedy="give one")
            terms[parameter.name] = parameter.term(value, names)

        def replace(token: re.Match[str]) -> str:
            return terms[token["name"]] if token["sigil"] == "$" else token[0]

        return _TOKEN.sub(replace, self.text)


def library(folder: Path) -> Mapping[str, Question]:
    """The questions of a folder by id, in the order of their topics and ids; those without a topic come last.

    Errors: InputError, with file and line, for a header that is not as the module says.
    """
    known = [*topics(folder)]
    questions = []
    for file in sorted(folder.glob("*.rq")):
        try:
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"cannot be read: {error}", where=str(file), remedy="write it in UTF-8") from error
        question = read(file.stem, text, str(file))
        if question.topic and question.topic not in known:
            remedy = f"name one of {TOPICS}: {', '.join(known)}" if known else f"write it into {TOPICS}"
            raise InputError(f"there is no topic {question.topic}", where=str(file), remedy=remedy)
        questions.append(question)
    questions.sort(key=lambda q: known.index(q.topic) if q.topic else len(known))
    return MappingProxyType({question.id: question for question in questions})


def read(identifier: str, text: str, where: str) -> Question:
    """The question that a text writes; ``where`` is the file that messages name.  Errors: InputError."""
    header = _Header(where)
    for header.number, line in enumerate(text.split("\n"), start=1):
        if not line.startswith("#"):
            break
        header.take(line[1:].strip())
    header.number = 1
    header.check(text)
    parameters, columns = tuple(header.parameters.values()), tuple(header.columns.values())
    covers, topic = tuple(header.covers), header.topic
    return Question(
        identifier, **header.words, parameters=parameters, columns=columns, text=text, covers=covers, topic=topic
    )


@dataclass
class _Header:
    """The header of one file while it is read; ``number`` is the line that messages name."""

    where: str
    number: int = 0
    words: dict[str, dict[str, str]] = field(default_factory=lambda: {"title": {}, "description": {}})
    parameters: dict[str, Parameter] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    covers: list[str] = field(default_factory=list)
    topic: str = ""

    def take(self, line: str) -> None:
        """Read one line of the header, without its ``#``."""
        if said := re.fullmatch(r"(title|description)@(sv|en):\s*(\S.*)", line):
            self.words[said[1]][said[2]] = said[3]
        elif line.startswith("SPDX-License-Identifier:"):
            pass  # says to people, and to tools that look for it, how the question may be used
        elif said := re.fullmatch(r"covers:\s*(\S.*)", line):
            self.covers += re.split(r"\s*,\s*", said[1])
        elif said := re.fullmatch(r"topic:\s*([a-z][a-z0-9-]*)", line):
            self.topic = said[1]
        elif said := re.fullmatch(r"param\s+([A-Za-z]\w*)\s+([a-z]+)(?::([\w-]+))?\s*(?:=([^|]*))?\|(.*)", line):
            self._parameter(*said.groups())
        elif said := re.fullmatch(r"column\s+(\w+)\s*\|(.*)", line):
            self.columns[said[1]] = Column(said[1], self._labels(said[2]))
        elif line:
            remedy = "write title@, description@, topic:, covers:, param or column"
            raise self.refusal(f"not a header line: {line}", remedy)

    def _parameter(self, name: str, kind: str, argument: str | None, default: str | None, labels: str) -> None:
        if kind == "organisation" and argument is None:
            kind, argument = "item", "organisation"
        arguments = {"item": (None, *KINDS), "code": CODE_LISTS}.get(kind, (None,))
        if kind not in ("item", "code", "text", "iri", *_NUMBERS) or argument not in arguments:
            type_ = f"{kind}:{argument}" if argument else kind
            raise self.refusal(f"parameter {name} has no such type: {type_}", "see the head of svngraph/queries.py")
        if name == "lang" or name in self.parameters:
            raise self.refusal(f"parameter {name} is there already", "choose another name")
        value = default.strip() if default is not None else None
        parameter = Parameter(name, kind, argument, self._labels(labels), value)
        if value is not None:
            try:
                parameter.term(value, Names())
            except QueryError as error:
                raise self.refusal(f"the default of {error.where}: {error.what}", error.remedy) from error
        self.parameters[name] = parameter

    def _labels(self, text: str) -> Mapping[str, str]:
        labels = [label.strip() for label in text.split("|")]
        if len(labels) != len(LANGUAGES) or not all(labels):
            raise self.refusal("a label is missing in a language", "write: | Swedish label | English label")
        return dict(zip(LANGUAGES, labels, strict=True))

    def check(self, text: str) -> None:
        """Hold the header against the query."""
        for word, said in self.words.items():
            if missing := [lang for lang in LANGUAGES if lang not in said]:
                raise self.refusal(f"there is no {word}@{missing[0]}", f"add the line # {word}@{missing[0]}: …")
        used = {t["name"]: t.start() for t in reversed([*_TOKEN.finditer(text)]) if t["sigil"] == "$"}
        used.pop("lang", None)
        for name, position in used.items():
            if name not in self.parameters:
                self.number = text.count("\n", 0, position) + 1
                raise self.refusal(f"${name} is not declared", f"add a line # param {name} …, or write ?{name}")
        if unused := [name for name in self.parameters if name not in used]:
            raise self.refusal(f"parameter {unused[0]} is not used", f"write ${unused[0]} in the query")
        if both := sorted({t["name"] for t in _TOKEN.finditer(text) if t["sigil"] == "?"} & {*used, "lang"}):
            raise self.refusal(f"{both[0]} is both a parameter and a variable", "choose another name for one of them")
        projected = _projection(text)
        if projected != [*self.columns]:
            remedy = f"the query selects: {' '.join(projected) or 'nothing by name'}"
            raise self.refusal(f"the column lines are not what the query selects: {' '.join(self.columns)}", remedy)

    def refusal(self, what: str, remedy: str | None) -> InputError:
        return InputError(what, where=f"{self.where}:{self.number}", remedy=remedy)


def _projection(text: str) -> list[str]:
    """The variables that the outermost SELECT names, in order."""
    bare = _TOKEN.sub(lambda token: " " if token["opaque"] else token[0], text)
    found = re.search(r"(?is)(?<![?$])\bSELECT\b(.*?)(?:(?<![?$])\b(?:WHERE|FROM)\b|\{)", bare)
    clause = found[1] if found else ""
    for _ in range(clause.count("(")):  # From the innermost bracket outwards; what stays is the name after AS.
        clause = re.sub(r"(?i)\([^()]*?(?:\bAS\s*([?$]\w+)\s*)?\)", r" \1 ", clause)
    return re.findall(r"[?$](\w+)", clause)
