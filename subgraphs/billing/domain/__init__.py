"""What is true in billing: values, states and arithmetic. No input or output in here."""
