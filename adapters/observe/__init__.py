"""What operators see of a part: metrics, health, logs and traces. Parts that only answer a person
load none of it but the logs, and those when there is something to say.
"""
