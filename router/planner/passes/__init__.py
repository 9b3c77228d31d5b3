"""Improvements of the fetch graph: each changes the number of fetches and never the answer."""
