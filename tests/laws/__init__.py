"""The laws as properties, over the engine, the process and the network together."""
