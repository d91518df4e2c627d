"""Nights: what every run came to, the published files of the last ones, what changed between them, and the way back."""
