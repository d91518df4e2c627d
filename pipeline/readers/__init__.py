"""Bytes to `Document`: one file per format behind one interface. No form is known here."""
