"""What a folder of exported tables holds.

What lives here: the choice the command line offers, without the libraries that write it. What must not: writing.
"""

from enum import StrEnum


class FolderFormat(StrEnum):
    """What a folder of exported tables holds."""

    CSV = "csv"
    PARQUET = "parquet"
