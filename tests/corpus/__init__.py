"""The typesetter: statutory forms of known content, set in every format a county publishes. See `typeset.py`."""
