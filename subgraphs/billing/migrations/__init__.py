"""The steps of the billing database, in order."""
