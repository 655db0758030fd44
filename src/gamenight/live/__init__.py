"""The WebSocket on which clients hear of every change."""
