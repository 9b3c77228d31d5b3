"""What is true about medical records: documents, signatures, codes. No I/O."""
