"""Every query of the patients database. A read takes a list of keys."""
