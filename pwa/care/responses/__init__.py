"""What was answered at visits, for other systems and for people: as FHIR, and as a table."""
