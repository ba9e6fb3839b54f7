"""Public test doubles for authors: a Bot API server, stores, a channel and a clock to be scripted, a small shop
that is served by them, and contract suites for the extension points."""
