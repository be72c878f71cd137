"""Measures how long the server takes for its pages, each address asked for the first time.

    python bench/pages.py                                  (the shipped plans)
    python bench/pages.py --data FOLDER                    (such as one that bench/tracing_data.py wrote)
    python bench/pages.py --store FOLDER                   (one that svngraph build has filled)

Every page is asked for inside the process, so that what is measured is the server and not the network; an address is
never asked for twice, so that no kept answer is measured. Printed: how long the dataset takes to open, and per kind of
page the median, the 95th percentile, and the size of the largest answer.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from datetime import date
from urllib.parse import quote

from svngraph.web.application import create_app
from svngraph.web.dataset import Published, publish

from svngraph import pipeline
from svngraph.namespaces import KINDS
from svngraph.settings import Settings

PAGES = ["/plans", "/gaps", "/coverage", "/matrix", "/matrix?rows=goal&cols=activity", "/continuity", "/organisations"]
PAGES += ["/timeline", "/validation", "/questions", "/shapes", "/search?q=activity", "/search?q=upphandling"]
PAGES += ["/gaps?severity=violation", "/coverage?level=heading", "/gaps.csv", "/sparql-editor", "/terms.json"]


def addresses(data: Published, count: int) -> dict[str, list[str]]:
    """Addresses by kind of page: the start page, items of every level, plans, drawings, and the pages of lists."""
    dice = random.Random(1)
    by_level, pages = defaultdict(list), defaultdict(list)
    for item in data.graph.items.values():
        parts = data.names.parts(str(item.iri))
        if parts and parts[0] in KINDS:
            by_level[item.level.key].append("/".join(parts))
            pages[item.level.key].append(f"/item/{'/'.join(parts)}?")
        else:  # what others have named
            pages[item.level.key].append(f"/resource?iri={quote(str(item.iri))}&")
    found = {"/": [f"/?n={number}" for number in range(count)]}
    for level, those in sorted(pages.items()):
        found[f"/item {level}"] = [f"{dice.choice(those)}n={number}" for number in range(count)]
    plans = [f"{parts[0]}/{parts[1]}" for plan in data.graph.plans if (parts := data.names.parts(str(plan)))]
    found["/plan"] = [f"/plan/{dice.choice(plans).split('/')[1]}?n={n}" for n in range(min(count, 5))]
    found["/trace plan"] = [f"/trace/{dice.choice(plans)}?n={n}" for n in range(min(count, 5))]
    if activities := by_level.get("activity"):
        found["/trace activity"] = [f"/trace/{dice.choice(activities)}?n={n}" for n in range(min(count, 20))]
        found["/impact activity"] = [f"/impact/{dice.choice(activities)}?n={n}" for n in range(min(count, 20))]
    for page in PAGES:
        found[page] = [f"{page}{'&' if '?' in page else '?'}n={number}" for number in range(min(count, 3))]
    return found


def main() -> None:
    """Read the command line, open the dataset and print a line for each kind of page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="a folder of named graphs, instead of the shipped plans")
    parser.add_argument("--store", default="memory", help="a folder that svngraph build has filled")
    parser.add_argument("--count", type=int, default=100, help="addresses of each kind that are asked for")
    told = parser.parse_args()
    settings = Settings(data=told.data, store=told.store)
    began = time.perf_counter()
    data = publish(pipeline.open_dataset(settings), settings, date(2026, 11, 22)).warm()
    print(f"open for requests {time.perf_counter() - began:8.2f} s   {len(data.graph.items)} items of the chain")
    while data.stage < 7:  # asked of the work that goes on meanwhile
        time.sleep(0.1)
    print(f"all worked out    {time.perf_counter() - began:8.2f} s")
    app = create_app(data)
    with app.test_client() as client:
        for kind, paths in addresses(data, told.count).items():
            taken, largest = [], 0
            for path in paths:
                start = time.perf_counter()
                answer = client.get(path, headers={"Accept": "text/html, */*;q=0.1"})
                largest = max(largest, len(answer.get_data()))
                taken.append(1000 * (time.perf_counter() - start))
                assert answer.status_code == 200, f"{path}: {answer.status}"
            taken.sort()
            middle, late = taken[len(taken) // 2], taken[min(len(taken) - 1, int(0.95 * len(taken)))]
            print(f"{kind:34} p50 {middle:9.1f} ms   p95 {late:9.1f} ms   {largest / 1024:9.0f} KiB", flush=True)
    app.extensions["svngraph-pools"].close()


if __name__ == "__main__":
    main()
