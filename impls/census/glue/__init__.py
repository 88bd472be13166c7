"""Interfaces of libraries that no adapter takes, in a shape that one does."""
