"""What all routes share: errors as JSON, limits, idempotency."""
