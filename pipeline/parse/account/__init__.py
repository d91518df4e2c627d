"""The account of numbers: every number a document prints, and what became of it. Reads nothing, decides no figure."""
