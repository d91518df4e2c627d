"""The commands of `gongkai`, one file per errand; `pipeline/cli.py` opens them all."""
