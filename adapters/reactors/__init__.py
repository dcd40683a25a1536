"""Parts that react to events with commands: the bandwidth-change process, the simulated network."""
