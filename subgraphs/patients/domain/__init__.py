"""What is true of patients: values, states, rules. No input or output."""
