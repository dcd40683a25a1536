"""The description of the interface (OpenAPI 3.1), made from what the server itself uses."""
