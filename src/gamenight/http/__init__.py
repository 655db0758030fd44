"""Shared by all routes: errors as JSON, limits, idempotency."""
