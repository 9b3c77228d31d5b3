"""n subgraphs → one supergraph, or every reason why not."""

from router.composition.compose import compose
from router.composition.diagnostics import Diagnostic, Location
from router.composition.source import CompositionResult, SubgraphSource

__all__ = ["CompositionResult", "Diagnostic", "Location", "SubgraphSource", "compose"]
