"""Extract: every document that is new or changed is read once, under guard."""
