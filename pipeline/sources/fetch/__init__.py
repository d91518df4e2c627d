"""Documents fetched from publishers' sites: asked for politely, kept by hash, written down in a journal."""
