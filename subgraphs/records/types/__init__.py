"""What records shows: its entities, results, and the context that resolves them."""
