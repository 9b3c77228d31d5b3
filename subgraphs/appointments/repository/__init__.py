"""Every query of appointments; a read takes a list of keys."""
