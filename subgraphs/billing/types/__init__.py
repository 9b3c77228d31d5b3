"""What billing shows: its entities, its fields on others' entities, results, and their context."""
