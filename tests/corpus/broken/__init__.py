"""Broken documents: base documents of known content, mutations that know their structure, and what was made of them."""
