"""Prove a plan sound: from the plan and the supergraph alone, written apart from the planner.

Every field that the client asks for is fetched; every key and every field that a `@requires`
names is there before it is sent; every fetch asks a subgraph only for what it resolves, in a
request that is valid against the subgraph's own schema; names agree.
"""

from router.query_plan.soundness.check import check_plan
from router.query_plan.soundness.compare import Wanted

__all__ = ["Wanted", "check_plan"]
