"""A report of very many results, written in every form: the time that takes, and the memory beyond the data's."""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from pathlib import Path

from rdflib import Graph

from svngraph.columns import Snapshot
from svngraph.validation import export, validate

SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
ex:Named a sh:NodeShape ; sh:targetClass ex:Thing ;
  sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:message "saknar namn"@sv, "has no name"@en ] ."""
FORMS = {"csv": export.csv_text, "json": export.json_text, "sarif": export.sarif, "turtle": export.turtle}


def _peak() -> int:
    """The most memory that the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Print a line of JSON for validation and one for each form."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=int, default=1_000_000)
    wanted = parser.parse_args().results
    triple = "<http://example.org/t{}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://example.org/Thing> .\n"
    snapshot = Snapshot.of_bytes("".join(map(triple.format, range(wanted))).encode(), "nt")
    before, start = _peak(), time.process_time()
    report = validate(snapshot, Graph().parse(data=SHAPES))
    assert len(report.results) == wanted
    print(json.dumps({"validate": round(time.process_time() - start, 2), "loaded_mb": before, "peak_mb": _peak()}))
    for form, pieces in FORMS.items():
        start, octets = time.process_time(), 0
        with Path(os.devnull).open("w", encoding="utf-8") as out:
            for piece in pieces(report):
                octets += out.write(piece)
        told = {"form": form, "cpu": round(time.process_time() - start, 2), "characters": octets, "peak_mb": _peak()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
