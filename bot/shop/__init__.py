"""The small shop of the demo: orders and shipping prices in a SQLite file, and the actions that look them up.

It stands in for your own system; docs/shop.md shows how to put that in its place.
"""
