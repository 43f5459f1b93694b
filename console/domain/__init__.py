"""What exists: calls, participants, people, meetings as frozen values, and the fold of events into them."""
