"""One set of names for QTI 2.0 to 3.0: those of 2.x, without namespaces; read from any version, written for two."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from certification.item_bank.exchange.mathml import NAMESPACE as MATH

PREFIX = "qti-"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
UPPER = re.compile(r"(?<=[a-z0-9])([A-Z])")
DASH = re.compile(r"-([a-z0-9])")
HTML = frozenset(
    re.findall(
        r"\w+",
        "a abbr audio b blockquote br caption cite code col colgroup div dl dt dd em h1 h2 h3 h4 h5 h6 hr i img li"
        " object ol p param pre q samp small source span strong sub sup table tbody td tfoot th thead tr tt ul"
        " var video",
    )
)
"""Elements that QTI shares with HTML; they have the same name in every version."""


@dataclass(frozen=True)
class Version:
    """What the versions write differently."""

    name: str
    namespace: str
    schema: str
    templates: str
    item_type: str
    package: str
    package_schema: str
    package_version: str
    dashed: bool


QTI_2 = Version(
    name="2.2",
    namespace="http://www.imsglobal.org/xsd/imsqti_v2p2",
    schema="http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2.xsd",
    templates="http://www.imsglobal.org/question/qti_v2p2/rptemplates/",
    item_type="imsqti_item_xmlv2p2",
    package="http://www.imsglobal.org/xsd/imscp_v1p1",
    package_schema="QTIv2.2 Package",
    package_version="1.0.0",
    dashed=False,
)
QTI_3 = Version(
    name="3.0",
    namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    schema="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
    templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
    item_type="imsqti_item_xmlv3p0",
    package="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    package_schema="QTI Package",
    package_version="3.0.0",
    dashed=True,
)


def undash(name: str) -> str:
    """``response-declaration`` as ``responseDeclaration``."""
    return DASH.sub(lambda match: match.group(1).upper(), name)


def dash(name: str) -> str:
    """``responseDeclaration`` as ``response-declaration``."""
    return UPPER.sub(lambda match: f"-{match.group(1).lower()}", name)


def to_plain(root: "etree._Element") -> None:
    """Rename a tree in place to the plain names; lines are kept."""
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name.startswith(PREFIX):
            attributes = {str(key): str(value) for key, value in element.attrib.items()}
            element.attrib.clear()
            for key, value in attributes.items():
                element.set(key if key.startswith(("{", "data-", "aria-")) else undash(key), value)
            name = undash(name.removeprefix(PREFIX))
        element.tag = "div" if name == "contentBody" else name
    etree.cleanup_namespaces(root)


def to_version(root: "etree._Element", version: Version) -> "etree._Element":
    """A copy of a tree of plain names in the names and the namespace of a version."""
    spaces: Any = {None: version.namespace, "xsi": XSI}
    found = _copy(root, version, etree.Element(_tag(root, version), nsmap=spaces))
    found.set(f"{{{XSI}}}schemaLocation", f"{version.namespace} {version.schema}")
    etree.cleanup_namespaces(found, keep_ns_prefixes=["xsi"])
    return found


def _tag(element: "etree._Element", version: Version) -> str:
    name = etree.QName(element)
    if name.namespace == MATH:
        return str(element.tag)
    dashed = version.dashed and name.localname not in HTML
    return f"{{{version.namespace}}}{PREFIX + dash(name.localname) if dashed else name.localname}"


def _copy(element: "etree._Element", version: Version, target: "etree._Element") -> "etree._Element":
    """Fill an element with the attributes, texts and children of another."""
    dashed = version.dashed and target.tag.startswith(f"{{{version.namespace}}}{PREFIX}")
    for key, value in element.attrib.items():
        name = str(key)
        target.set(dash(name) if dashed and not name.startswith("{") else name, value)
    target.text = element.text
    for child in element:
        spaces: Any = {None: MATH} if etree.QName(child).namespace == MATH else None
        copied = _copy(child, version, etree.SubElement(target, _tag(child, version), nsmap=spaces))
        copied.tail = child.tail
    return target
