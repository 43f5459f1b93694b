"""The operations table: one row for each thing Graph can be asked to do, in features, a module per noun.

A row needs no permission of its own when its permissions are empty. Microsoft's table and what is unconfirmed
in it are in REFERENCE §1, §2, §5 and §6; the clouds that lack a row are worked out in `graph/clouds.py`.
"""
