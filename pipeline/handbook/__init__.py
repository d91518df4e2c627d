"""The handbook: what the warehouse holds and how it was read, told from the same data that the program runs on."""
