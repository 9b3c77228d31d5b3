"""What a subgraph must keep to by itself, one file per subject."""
