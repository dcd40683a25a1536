"""Circuits: ordering, provisioning, peerings, changes of bandwidth, deletion."""
