"""Every query of records; a read takes a list of keys."""
