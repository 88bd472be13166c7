"""The catalogue of variants and known bugs.

A module holds one entry, or a few of one category. Nothing has to be registered:
``optimspec.spec.catalogue`` finds every entry at the top level of a module in this folder.
"""
