"""The channels that customers write on. Each turns raw updates into events and effects into deeds.

How one of another package is added stands in `plugin`.
"""
