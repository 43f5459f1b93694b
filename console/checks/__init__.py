"""Is all in order between this desk and its callers? One list of checks, for the window and the terminal."""
