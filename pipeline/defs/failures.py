"""What an operator sees of a step that failed: our words, not a traceback; and another try where it can help."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from pipeline.errors import BadFolder, FiscalError, UnreadableFile, WorkerCrashed
from pipeline.privacy.withhold import withhold_in_text

#: A network folder is back within minutes, a full disk sometimes; a document or a test does not mend itself.
_MAY_PASS = (OSError, BadFolder, UnreadableFile, WorkerCrashed)
MAX_RETRIES = 2
FIRST_WAIT_S = 20.0
#: 20 s, then 80 s.
_WAIT_FACTOR = 4


@contextmanager
def told_to_operator(context: dg.AssetExecutionContext) -> Iterator[None]:
    """Ends a failing step with what was found, expected and to do.

    Where the cause may pass, a server tries again after a while; a person at the shell is told at once.

    Raises:
        dagster.RetryRequested: It may pass, and this is neither the last try nor a run from the shell.
        dagster.Failure: It stands.
    """
    try:
        yield
    except (FiscalError, OSError) as error:
        tried = context.op_execution_context.retry_number
        if isinstance(error, _MAY_PASS) and not context.instance.is_ephemeral and tried < MAX_RETRIES:
            context.log.warning(f"{said_of(error)} (tried {tried + 1} of {MAX_RETRIES + 1} times)")
            wait_s = FIRST_WAIT_S * _WAIT_FACTOR**tried
            raise dg.RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=wait_s) from error
        raise dg.Failure(said_of(error), metadata=_facts_of(error), allow_retries=False) from error


def said_of(error: BaseException) -> str:
    """An error in our words, persons withheld; of a foreign one its kind and what the system says of it."""
    if isinstance(error, FiscalError):
        return withhold_in_text(str(error))
    strerror = getattr(error, "strerror", None)
    return f"{type(error).__name__}{f': {strerror}' if strerror else ''}"


def _facts_of(error: FiscalError | OSError) -> dict[str, str]:
    if not isinstance(error, FiscalError):
        return {"category": type(error).__name__}
    parts = {"found": error.found, "expected": error.expected, "to_do": error.remedy}
    return {"category": error.category, **{name: withhold_in_text(text) for name, text in parts.items() if text}}
