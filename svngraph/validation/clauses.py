"""The clauses of the specification that a malformed shape can break, by their anchors.

Source: https://www.w3.org/TR/shacl/
"""

from __future__ import annotations

from rdflib.namespace import SH
from rdflib.term import Node

SPECIFICATION = "https://www.w3.org/TR/shacl/#"
# Words that are no constraint component of their own, or share a clause with others.
_ANCHORS = {
    "flags": "PatternConstraintComponent",
    "ignoredProperties": "ClosedConstraintComponent",
    "qualifiedValueShape": "QualifiedValueShapeConstraintComponent",
    "qualifiedMinCount": "QualifiedValueShapeConstraintComponent",
    "qualifiedMaxCount": "QualifiedValueShapeConstraintComponent",
    "qualifiedValueShapesDisjoint": "QualifiedValueShapeConstraintComponent",
    **{word: word for word in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")},
    **{word: word for word in ("severity", "message", "deactivated")},
    "path": "property-paths",
    "sparql": "sparql-constraints",
    "select": "sparql-constraints",
}


def clause_of(word: Node) -> str:
    """The anchor of the clause about a word of SHACL.

    >>> clause_of(SH.ignoredProperties), clause_of(SH.minCount)
    ('ClosedConstraintComponent', 'MinCountConstraintComponent')
    """
    name = str(word).removeprefix(str(SH))
    return _ANCHORS.get(name, f"{name[:1].upper()}{name[1:]}ConstraintComponent")
