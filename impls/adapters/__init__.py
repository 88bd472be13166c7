"""What makes a thing that can be stepped a target.

Each adapter is a module with ``adapt(obj, args, name)``, which returns a target, or None if the
object is not of its kind. The entry point group ``optimspec.adapters`` names them.
"""
