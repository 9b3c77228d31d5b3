"""How a service remembers the patients of the patients service: names, states and merges."""
