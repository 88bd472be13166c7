"""The run on a GPU: everything that is said of the kernels there, looked at by one command.

``python -m optimspec.impls.gpu`` makes it. Without a GPU it runs what needs none, and says of
everything else that it was not run. It needs torch and NumPy, and no package of the suite but for
judging by it.
"""
