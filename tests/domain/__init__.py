"""The specification of the domain: given events, when a command, then events or a refusal."""
