"""What bootstrap.py is made of. Standard library only; `packaging/` itself must never become a package,

or it would hide the library of that name from everything started in this folder's parent.
"""
