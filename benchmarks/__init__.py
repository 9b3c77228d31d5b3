"""Measurements of the router beside its peers, each a command that prints what it found."""
