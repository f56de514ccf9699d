"""What kind of place an address is: this machine, or one of Google's hosts."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

GOOGLE = "https://earthengine.googleapis.com"
"""Where Earth Engine is, unless somebody says otherwise."""


def is_local(address: str) -> bool:
    """Tell whether an address, with or without a scheme, is on this machine."""
    host = _parts(address)[1]
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_google(address: str) -> bool:
    """Tell whether a token that was found on this machine may go there: to Google's API hosts, over https only."""
    scheme, host = _parts(address)
    return scheme == "https" and f".{host}".endswith(".googleapis.com")


def _parts(address: str) -> tuple[str, str]:
    """Give scheme and host; nothing of what is no address."""
    try:
        url = urlsplit(address if "://" in address else f"//{address}")
    except ValueError:
        return "", ""
    return url.scheme, url.hostname or ""
