"""The WebSocket on which clients get an event for every change."""
