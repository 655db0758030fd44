"""Webhooks: events sent to other programs by HTTP, signed as Standard Webhooks describes."""
