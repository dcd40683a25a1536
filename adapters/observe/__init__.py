"""What operators see of a part: metrics, health, logs and traces. Verbs that only answer a person
load none of it but the logs, and the logs only when there is something to say.
"""
