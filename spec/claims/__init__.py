"""What is claimed of algorithms, proved or refuted by SymPy.

A module's ``CLAIMS`` maps names of algorithms to the claims about them, in the order in which they
build on each other. Nothing has to be registered: ``optimspec.spec.catalogue`` finds them.
"""
