"""Every way to change votes, a module each."""
