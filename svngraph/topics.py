"""What the questions of a folder are about: the topics that they are grouped by, in the order of their groups."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from svngraph.errors import InputError
from svngraph.settings import LANGUAGES

TOPICS = "topics.toml"


def topics(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """What the questions of a folder can be about: names by language, by code and in their order; none without a file.

    Errors: InputError for a file that is not as it is to be.
    """
    file = folder / TOPICS
    remedy = "write for each topic: [code], and under it sv = and en = with its names"
    try:
        told = tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read: {error}", where=str(file), remedy=remedy) from error
    for code, names in told.items():
        if not isinstance(names, dict) or not all(isinstance(names.get(lang), str) for lang in LANGUAGES):
            raise InputError(f"topic {code} lacks a name in a language", where=str(file), remedy=remedy)
    return MappingProxyType(told)
