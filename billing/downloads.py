"""The answer that hands over the file of an invoice."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from billing.models import InvoiceFile

_TYPES = {"pdf": "application/pdf", "xml": "application/xml"}


def file_response(file: InvoiceFile) -> HttpResponse:
    """The file under the number of its invoice, for its reader alone."""
    name = content_disposition_header(True, f"{file.invoice.reference}.{file.kind}")
    headers = {"Content-Disposition": name or "attachment", "Cache-Control": "private, no-store"}
    return HttpResponse(bytes(file.content), content_type=_TYPES[file.kind], headers=headers)
