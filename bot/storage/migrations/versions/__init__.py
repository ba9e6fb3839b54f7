"""The revisions, in order of their numbers. The newest is `bot.storage.tables.HEAD`."""
