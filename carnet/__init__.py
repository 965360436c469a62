"""The patient's health record: documents and who may open them, the health profile, prevention."""
