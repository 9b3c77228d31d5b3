"""What appointments shows: its entities, results, and the context that resolves them."""
