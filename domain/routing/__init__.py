"""Questions over routes and rules: where a subnet sends what, and which flows it lets pass.

Pure functions of the states of a network and of what it is linked and connected to. They answer
who asks; no decision rests on them.
"""
