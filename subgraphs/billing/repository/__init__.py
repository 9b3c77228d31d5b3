"""Every query of billing. A read takes a list of keys and answers all of them at once."""
