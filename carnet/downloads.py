"""Answers with the bytes of a document: headers that keep a browser from running or keeping it, ranges by the chunk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol, TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from carnet.exceptions import CarnetRefusal

Answer = TypeVar("Answer", bound=HttpResponseBase)

_RANGE = re.compile(r"^bytes=(\d{0,12})-(\d{0,12})$")
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class Streamed(Protocol):
    """Something sealed that is open: its bytes come a chunk at a time."""

    @property
    def size(self) -> int: ...
    @property
    def media_type(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    def stream(self, first: int = 0, last: int | None = None) -> Iterator[bytes]: ...


def document_response(request: HttpRequest, opened: Streamed) -> HttpResponseBase:
    """The file as an attachment, whole or the asked part. Raises CarnetRefusal before the first byte."""
    try:
        part = asked_range(request.headers.get("Range", ""), opened.size)
    except CarnetRefusal:
        refused = HttpResponse(status=416, headers={**HEADERS, "Content-Range": f"bytes */{opened.size}"})
        return _own_policy(refused)
    first, last = part or (0, opened.size - 1)
    response = StreamingHttpResponse(
        opened.stream(first, last), status=206 if part else 200, content_type=opened.media_type
    )
    response["Content-Length"] = str(last - first + 1)
    response["Accept-Ranges"] = "bytes"
    if part:
        response["Content-Range"] = f"bytes {first}-{last}/{opened.size}"
    response["Content-Disposition"] = content_disposition_header(True, opened.file_name) or "attachment"
    return _own_policy(response)


def page_response(opened: Streamed) -> HttpResponse:
    """A page that we drew ourselves: shown in our own pages and nowhere else."""
    response = HttpResponse(b"".join(opened.stream()), content_type=opened.media_type)
    return _own_policy(response)


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None when the whole is to be sent. Raises `range_impossible`."""
    found = _RANGE.match(header.strip())
    if found is None or found.group(1) == found.group(2) == "":
        return None
    begin, end = found.groups()
    if begin == "":
        first, last = max(size - int(end), 0), size - 1
        if not int(end):
            raise CarnetRefusal("range_impossible")
    else:
        first, last = int(begin), min(int(end) if end else size - 1, size - 1)
    if first >= size or first > last:
        raise CarnetRefusal("range_impossible")
    return first, last


def _own_policy(response: Answer) -> Answer:
    for name, value in HEADERS.items():
        response[name] = value
    # The site's own policy is not added to a file's.
    response._csp_exempt = True  # type: ignore[attr-defined]
    response._csp_exempt_ro = True  # type: ignore[attr-defined]
    return response
