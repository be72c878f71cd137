"""Puts the readers beside the tests within reach of their imports, which pytest's importlib mode does not do."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
