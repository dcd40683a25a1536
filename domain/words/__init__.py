"""The words of every message: values, attributes, content, refusals."""
