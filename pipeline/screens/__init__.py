"""What the command line shows: tables and lines made of records. Nothing is read or decided here."""
