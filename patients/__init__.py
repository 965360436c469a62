"""Civil identity of patients, who may act for whom, and the practices' patient records."""
