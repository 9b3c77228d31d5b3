"""Realistic, reproducible data of a clinic network that does not exist, for all four databases."""
