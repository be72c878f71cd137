"""SHACL validation: shapes compiled once, run in columns, inside the store that holds the data, or by pySHACL.

>>> from rdflib import Graph
>>> from svngraph.columns import Snapshot
>>> from svngraph.validation import validate
>>> shapes = Graph().parse(data='''
... @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
... ex:Plan a sh:NodeShape ; sh:targetClass ex:Plan ; sh:property [ sh:path ex:goal ; sh:minCount 1 ] .''')
>>> data = Snapshot.of_bytes(b"@prefix ex: <http://example.org/> . ex:p a ex:Plan .", "ttl")
>>> report = validate(data, shapes)
>>> report.conforms, report.results[0].message("en")
(False, 'there must be at least 1 value(s)')
"""

from svngraph.validation.compilation import compile_shapes
from svngraph.validation.endpoints import DIALECTS, Dialect
from svngraph.validation.plan import Plan
from svngraph.validation.report import SEVERITIES, Report, Result, severity_rank
from svngraph.validation.validation import Validation
from svngraph.validation.validator import ENGINES, Engine, Inference, validate

__all__ = [
    "DIALECTS",
    "ENGINES",
    "SEVERITIES",
    "Dialect",
    "Engine",
    "Inference",
    "Plan",
    "Report",
    "Result",
    "Validation",
    "compile_shapes",
    "severity_rank",
    "validate",
]
