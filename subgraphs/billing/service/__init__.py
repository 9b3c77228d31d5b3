"""What can be done in billing: one function per use case. None of them commits."""
