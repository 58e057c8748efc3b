"""Live sources: what to ask of a server, how to ask politely, and what came back, kept until it is taken in."""
