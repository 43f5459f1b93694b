"""Who did what, and what came of it: written before Graph is asked, chained so that no line can change."""
