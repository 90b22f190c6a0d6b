"""Where the shared data lies: ``FAIRLEAD_DATA``, else ``../shared/data`` beside the checkout."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

#: Environment variable that overrides the place of the data folder.
VARIABLE = "FAIRLEAD_DATA"
_DEFAULT = Path(__file__).resolve().parents[2].parent / "shared" / "data"


class MissingDataError(FileNotFoundError):
    """The data folder, or one of its parts, is not there; the message says what to do."""


def data_folder(part: str, environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder of one part of the shared data.

    Parameters
    ----------
    part
        Name of the part, such as ``crm-marketstar``.
    environment
        Variables to read ``FAIRLEAD_DATA`` from; the process's own where not given.

    Raises
    ------
    MissingDataError
        If there is no such folder.
    """
    variables = os.environ if environment is None else environment
    root = Path(variables.get(VARIABLE) or _DEFAULT)
    folder = root / part
    if not folder.is_dir():
        raise MissingDataError(
            f"the data folder has no part {part!r}: set {VARIABLE} to a folder that holds it, "
            "or put the data at ../shared/data beside the checkout"
        )
    return folder
