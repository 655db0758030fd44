"""`gamenight demo`: a night that is alive within seconds, on a throw-away database.

The server is the real one. A host of its own runs the night over the API, in rooms of the fake room service, until a
person takes the night over.
"""
