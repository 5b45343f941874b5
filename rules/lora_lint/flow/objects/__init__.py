"""What a script holds besides models, by kind: instances, containers, strings, enumerations, weights, types.

Each module makes, reads and goes through one kind of object; the values that stand for them are in `flow.values`.
"""
