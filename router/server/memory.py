"""The garbage collector told what a router's memory is like.

A supergraph is many objects that live until the next reload; a request is many that die by their
reference counts. Collections that walk the first for the sake of the second cost a tenth of the
time of a request, and find nothing. Only the server's own process is told so, never one that
embeds a router.
"""

from __future__ import annotations

import gc

_ALLOCATIONS = 50_000
"""New objects before the young are looked at: more than the largest usual answer is made of."""


def settle_memory() -> None:
    """Set what is alive now apart from collections, and let garbage of the last graph go."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 50)
