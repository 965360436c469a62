"""What people do in the record, one verb a function."""
