"""What composition says, written for people and for programs: one form a file."""
