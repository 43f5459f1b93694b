"""The three programs together on one computer: for a first look, for training, and for the scripted tour."""
