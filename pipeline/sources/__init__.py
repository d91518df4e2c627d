"""Where documents come from: files found, hashed, listed in a manifest. No format is known here."""
