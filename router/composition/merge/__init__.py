"""Subgraph schemas → one graph, one file per kind of element."""
