"""Records as HTML pages for people, readable without a network. Nothing is decided here."""
