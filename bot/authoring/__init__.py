"""Conversation tests, as authors write them: read from YAML, played against the real service, and compared."""
