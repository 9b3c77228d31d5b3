"""Composing builds millions of objects and drops few; the cycle collector would walk them in vain.

For 100 subgraphs it takes more than half of the time and frees a tenth of the memory.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cycle collector, and leave it as it was; reference counting goes on."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
