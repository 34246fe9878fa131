"""How nodes speak: ActivityPub and the `learningRecord` extension as pure functions.

Opens no socket, reads no clock, touches no table. Everything it needs is a parameter, everything it decides is a value.
"""
