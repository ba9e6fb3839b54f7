"""Public test doubles for authors: a Bot API server, and contract suites for the extension points."""
