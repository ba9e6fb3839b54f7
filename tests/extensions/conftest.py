"""The packages here are not ours: their tests run where they are installed."""

collect_ignore = ["packages"]
