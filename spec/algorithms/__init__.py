"""The algorithms: one module for each, or for a few that share their equations.

Nothing has to be registered: ``optimspec.spec.catalogue`` finds every algorithm at the top level
of a module in this folder.
"""
