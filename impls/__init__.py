"""Implementations under test, and the adapters that make targets of them."""
