"""SDL → SubgraphSchema, one step per file."""
