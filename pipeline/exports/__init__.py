"""The comparison tables for other programs: an .xlsx workbook with its sources, or a folder of CSV or Parquet files."""
