"""Specimens of the faults that no equation shows.

Most are mixins that plant one fault into any torch optimizer::

    class Broken(LosesStep, torch.optim.Adam): ...

A few, where the fault is in the arithmetic itself, are optimizers of their own.
"""
