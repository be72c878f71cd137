"""Lexical spaces and the order of values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svngraph.columns.datatypes import is_well_formed
from svngraph.columns.ordering import UNORDERED, orders
from svngraph.columns.values import XSD, compare, value_of

WELL_FORMED = {
    "integer": (["0", "-01", "+7", "9" * 40], ["", "1.0", " 1", "1_000", "٣", "x"]),
    "byte": (["-128", "127"], ["128", "-129"]),
    "positiveInteger": (["1"], ["0", "-1"]),
    "decimal": (["1", "1.", ".5", "-0.0"], ["", ".", "1e3"]),
    "double": (["1e3", "INF", "-INF", "NaN", ".5E-2"], ["inf", "1e", "e1"]),
    "boolean": (["true", "0"], ["True", "yes"]),
    "date": (
        ["2024-02-29", "2000-02-29Z", "-0044-03-15", "12024-12-31+14:00"],
        ["2023-02-29", "1900-02-29", "2024-13-01", "2024-1-1"],
    ),
    "dateTime": (["2024-02-29T24:00:00", "2024-01-01T00:00:00.5-05:00"], ["2024-01-01", "2024-01-01T24:00:01"]),
    "gYear": (["2024", "-0001", "12024Z"], ["24", "02024"]),
    "duration": (["P1Y2M3DT4H5M6.7S", "-PT1S", "P1M"], ["P", "PT", "1Y", "P1S"]),
    "dayTimeDuration": (["P1DT1H"], ["P1M"]),
    "hexBinary": (["", "0aFF"], ["0"]),
    "base64Binary": (["", "YQ==", "YWI=", "YWJj"], ["Y", "YQ=", "QR==", "YWJ="]),
    "nonNegativeInteger": (["0", "-0", "+00", "9" * 5000], ["-1", "+", "-" + "9" * 5000]),
    "nonPositiveInteger": (["0", "+0", "-9"], ["1", "-"]),
    "negativeInteger": (["-1", "-010"], ["-0", "1"]),
    "long": ([str(2**63 - 1), "-" + "0" * 5000 + "9"], [str(2**63), "9" * 5000]),
    "NCName": (["a", "_å.9-"], ["", "a b", "a:b", "9a"]),
    "Name": (["a:b", ":"], ["-a", "a b"]),
    "NMTOKEN": (["9", "-a:"], ["", "a b"]),
    "token": (["", "a b"], [" a", "a  b", "a\n"]),
    "normalizedString": (["", " a  b "], ["a\tb", "a\n"]),
    "anyURI": (["", "what ever"], []),
    "language": (["sv", "en-GB"], ["s_v", "123456789"]),
    "string": (["", "what\never"], []),
}


@pytest.mark.parametrize("name", WELL_FORMED)
def test_lexical_spaces(name) -> None:
    good, bad = WELL_FORMED[name]
    assert [text for text in good if not is_well_formed(text, XSD + name)] == []
    assert [text for text in bad if is_well_formed(text, XSD + name)] == []


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        (("10", "integer"), ("9.5", "decimal"), 1),
        (("1e0", "double"), ("1", "integer"), 0),
        (("NaN", "double"), ("1", "integer"), None),
        (("10", "string"), ("9", "string"), -1),
        (("10", "string"), ("9", "integer"), None),
        (("2024-01-01", "date"), ("2024-01-01T00:00:00", "dateTime"), None),
        (("2024-01-01T12:00:00Z", "dateTime"), ("2024-01-01T14:00:00+01:00", "dateTime"), -1),
        (("2024-01-01T12:00:00Z", "dateTime"), ("2024-01-01T13:00:00", "dateTime"), None),
        (("2024-01-01T12:00:00Z", "dateTime"), ("2024-01-03T13:00:00", "dateTime"), -1),
        (("false", "boolean"), ("1", "boolean"), -1),
        (("P1M", "duration"), ("P30D", "duration"), None),
        (("-0001", "gYear"), ("0001", "gYear"), -1),
        (("2024-02-30", "date"), ("2024-03-01", "date"), None),
        (("x", "integer"), ("x", "integer"), None),
        # A decimal meets a double as a double, and a float as a float.
        (("0.1", "decimal"), ("0.1", "double"), 0),
        (("0.1", "decimal"), ("0.1", "float"), 0),
        (("0.1", "float"), ("0.1", "double"), 1),
        (("16777217", "integer"), ("16777216", "float"), 0),
        (("16777217", "integer"), ("16777216", "double"), 1),
        (("1e39", "float"), ("INF", "double"), 0),
        (("9" * 5000, "integer"), ("9" * 4999, "integer"), 1),
        (("9" * 5000, "integer"), ("1e300", "double"), 1),
        (("-" + "9" * 400, "integer"), ("-INF", "double"), 0),
    ],
)
def test_the_order_of_values(first, second, order) -> None:
    values = [value_of(text, XSD + name) for text, name in (first, second)]
    found = compare(*values)
    assert found == order
    assert compare(*reversed(values)) == (None if order is None else -order)


LITERALS = [
    *(("integer", text) for text in ("0", "-01", "7", "9" * 5000, "x")),
    *(("decimal", text) for text in ("7.0", "6.99", "-1.00")),
    *(("double", text) for text in ("7", "NaN", "INF", "0.1")),
    *(("float", text) for text in ("0.1", "7")),
    *(("boolean", text) for text in ("true", "0")),
    *(("string", text) for text in ("", "a", "å")),
    *(("date", text) for text in ("2024-01-01", "2024-01-02Z", "2024-02-30", "-0044-03-15", "2024-01-01+14:00")),
    *(("dateTime", text) for text in ("2024-01-01T00:00:00", "2024-01-01T00:00:00.5Z", "2023-12-31T24:00:00")),
    *(("duration", text) for text in ("P1M", "P30D", "P2M", "-P1D")),
]
values = st.sampled_from(LITERALS).map(lambda literal: value_of(literal[1], XSD + literal[0]))


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.lists(values, min_size=1, max_size=12))
def test_many_values_are_ordered_as_each_two_are(found) -> None:
    left, right = (places.ravel() for places in np.indices((len(found), len(found))))
    each = (compare(found[one], found[other]) for one, other in zip(left, right, strict=True))
    assert orders(found, left, right).tolist() == [UNORDERED if order is None else order for order in each]
