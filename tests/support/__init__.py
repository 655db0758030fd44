"""What the tests stand on: real servers, real clients, a cast."""
