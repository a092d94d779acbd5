"""The topics of generate.py, one module each; `content()` returns what its file holds."""
