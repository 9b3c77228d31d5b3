"""The steps of the patients database, in order."""
