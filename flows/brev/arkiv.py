"""The description inside a PDF/A file (XMP). fpdf2 would write the time of day into it, and the bytes would differ."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape

_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about=""
        xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:xmp="http://ns.adobe.com/xap/1.0/"
        xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
        xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
        xmp:CreateDate="{day}T00:00:00+00:00"
        xmp:ModifyDate="{day}T00:00:00+00:00"
        pdf:Producer="Kraftverk">
      <pdfaid:part>2</pdfaid:part>
      <pdfaid:conformance>U</pdfaid:conformance>
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
      <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
      <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>"""


def describe(title: str, author: str, language: str, day: date) -> str:
    """The XMP of a document in PDF/A-2u made on `day`."""
    return _XMP.format(title=escape(title), author=escape(author), language=language, day=day.isoformat())
