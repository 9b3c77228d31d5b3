"""What is shown of patients."""
