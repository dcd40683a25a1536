"""The cloud solution provider itself: what must be unique across customers, and its own staff."""
