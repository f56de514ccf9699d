"""What the user can do about what the service says, by the texts and reasons that it is known to use.

The texts are those that users of Earth Engine meet (seen in the field up to 2026); none is promised, so
an answer without a match simply has no hint.
"""

from __future__ import annotations

import re

_HINTS: tuple[tuple[str, str], ...] = (
    (
        r"ACCESS_TOKEN_SCOPE_INSUFFICIENT|insufficient authentication scopes",
        "Sign in again with all scopes: run ee.Authenticate(force=True). Exports to Drive also need the scope drive.",
    ),
    (
        r"USER_PROJECT_DENIED|serviceusage\.services\.use",
        "Ask an owner of the project for the role Service Usage Consumer, or choose another project.",
    ),
    (
        r"SERVICE_DISABLED|has not been used in project",
        "Enable the Earth Engine API for the project, wait a few minutes, then try again.",
    ),
    (
        r"is not registered to use Earth Engine",
        "Register the project for Earth Engine in the Cloud console, or choose one that is registered.",
    ),
    (r"not signed up for Earth Engine", "Sign up for Earth Engine with this account, or sign in with another one."),
    (r"requires a quota project", "Name a Cloud project that is registered for Earth Engine."),
    (
        r"tasks already in the queue",
        "Wait until some of the waiting exports have started, or cancel some; the limit is 3000 waiting ones.",
    ),
    (
        r"custom quota|daily_eecu",
        "The project has used up the compute that it set itself as a limit. Wait until tomorrow or raise the limit.",
    ),
    (r"Too many concurrent aggregations", "Other computations of the project are running. Try again in a minute."),
    (r"RESOURCE_EXHAUSTED|RATE_LIMIT_EXCEEDED|rateLimitExceeded", "Too many requests at once. Try again in a minute."),
    (
        r"already started with the given request_id",
        "This request ID has been used: look for the export among the operations, and take a new ID for another one.",
    ),
    (r"earthengine\.exports\.create", "Starting exports needs the role Earth Engine Resource Writer on the project."),
    (r"Cannot overwrite asset", "Choose another asset name, or allow overwriting."),
    (
        r"Invalid asset name",
        "Use letters, digits, “-” and “_”, with “/” between folders; at most 10 parts after assets/.",
    ),
    (
        r"Image asset '.*' not found",
        "Check the id of the image, and that this account may read it.",
    ),
    (
        r"does not exist or doesn't allow this operation",
        "Check the name, create the folder if it is missing, and check that this account may use it.",
    ),
    (r"Band pattern '.*' (did not match|was applied)|did not match any bands", "Check the names of the bands."),
    (r"unbounded image|must be bounded", "Give the export a complete grid: size, transform and CRS."),
    (
        r"CRS of a map projection could not be parsed",
        "Use a code such as EPSG:32633, or the WKT of the CRS.",
    ),
    (r"Request payload size exceeds", "Upload large geometries as assets and refer to those: 10 MB is the limit."),
    (
        r"memory limit exceeded|out of memory|Computation timed out",
        "Ask for less at a time: a smaller region, fewer bands, or a simpler expression.",
    ),
    (r"Unknown name \"|Invalid value at '", "A member of the request is misspelt, or has a value it cannot have."),
)

_COMPILED = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), hint) for pattern, hint in _HINTS)

_BY_STATUS = {
    404: "Check the name, and that this account may see it.",
    403: "Check that this account has the permission that the message names.",
}


def hint_for(text: str, http_status: int) -> str:
    """Give the sentence that says what to do.

    Parameters
    ----------
    text
        Everything that the answer says: message, status, reasons.
    http_status
        The HTTP code, for where the text has no match.
    """
    for pattern, hint in _COMPILED:
        if pattern.search(text):
            return hint
    if http_status >= 500:  # noqa: PLR2004 - the class of server errors
        return "The service has a problem. Try again in a few minutes."
    return _BY_STATUS.get(http_status, "")
