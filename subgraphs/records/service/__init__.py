"""What can be done with records: one function per use case. None commits."""
