"""The schema, one migration at a time: forward only, each in one transaction."""
