"""Checks as pytest tests: :mod:`plugin` is what pytest loads, by the entry point ``optimspec``."""
