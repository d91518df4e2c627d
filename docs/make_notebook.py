"""Runs docs/comparing.ipynb on a warehouse and stores its answers: `python -m docs.make_notebook --warehouse DIR`.

What a run leaves behind that says nothing of the answers (times, counters of other runs) is taken out, so that a review
shows only what changed.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import nbclient
import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "docs" / "comparing.ipynb"
#: One cell takes a second or two; a minute means that something hangs.
_CELL_TIMEOUT_S = 60


def read_notebook() -> NotebookNode:
    """The notebook as it is stored."""
    return nbformat.read(NOTEBOOK, as_version=4)


def run_notebook(notebook: NotebookNode, warehouse_dir: Path) -> NotebookNode:
    """Runs every cell in a kernel of its own, which finds the warehouse by GONGKAI_WAREHOUSE_DIR.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell failed.
    """
    client = nbclient.NotebookClient(
        notebook, timeout=_CELL_TIMEOUT_S, kernel_name="python3", resources={"metadata": {"path": str(ROOT / "docs")}}
    )
    environment = {**os.environ, "GONGKAI_WAREHOUSE_DIR": str(warehouse_dir.absolute())}
    client.execute(env=environment)
    for cell in notebook.cells:
        cell.metadata = {}
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return notebook


def printed_tables(notebook: NotebookNode) -> list[str]:
    """The tables that the cells show, as text; charts are left out."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    texts = [output["data"].get("text/plain", "") for output in outputs if "data" in output]
    return [text for text in texts if text.startswith("shape:")]


def main() -> None:
    """Runs the notebook and writes it back."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warehouse", metavar="DIR", type=Path, default=ROOT / "data" / "warehouse")
    notebook = run_notebook(read_notebook(), parser.parse_args().warehouse)
    nbformat.write(notebook, NOTEBOOK)


if __name__ == "__main__":
    main()
