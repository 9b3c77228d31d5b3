"""A patient's record as FHIR R4 resources (https://hl7.org/fhir/R4/), a file for each kind."""
