"""The outside: settings, stores, the network, the command line; it may import everything."""
