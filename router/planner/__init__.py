"""One operation → one plan."""

from router.planner.planner import Planner

__all__ = ["Planner"]
