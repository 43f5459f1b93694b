"""The relay's stream: read it, notice every gap, resynchronise, and say truthfully how the line is."""
