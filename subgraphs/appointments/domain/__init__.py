"""What is true about appointments: values, states, time arithmetic. No I/O."""
