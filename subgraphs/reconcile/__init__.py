"""Do the services still agree with each other? Finds drift between them, and shows it."""
