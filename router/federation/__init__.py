"""The vocabulary of the federation specifications, without algorithms."""
