"""What can be done with patients: one function a use case. None of them commits."""
