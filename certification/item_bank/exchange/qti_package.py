"""Packages of QTI: a zip with a manifest that names items, their files and what they are filed under."""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lxml import etree

from certification.item_bank.exchange import media
from certification.item_bank.exchange.elements import inner_text
from certification.item_bank.exchange.guard import Package, open_package, parse_xml
from certification.item_bank.exchange.qti_names import Version
from certification.item_bank.exchange.report import Asset

MANIFEST = "imsmanifest.xml"
LOM = {
    "2.2": "http://www.imsglobal.org/xsd/imsmd_v1p2",
    "3.0": "http://ltsc.ieee.org/xsd/LOM",
}
CATALOG = "zhixun:"
"""Begins the names under which a manifest keeps what has no place of its own."""
MADE_ON = (1980, 1, 1, 0, 0, 0)
"""Every part has the same date, so that the same items give the same file."""
ITEM_TYPES = ("imsqti_item_xml", "imsqti_apipitem_xml")
FILE_BASES = ("$IMS-CC-FILEBASE$", "$IMS_CC_FILEBASE$", "%24IMS-CC-FILEBASE%24", "%24IMS_CC_FILEBASE%24")


@dataclass(frozen=True)
class Resource:
    """A file that a manifest names: its type and what the manifest says of it."""

    part: str
    type: str
    pairs: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    title: str = ""
    difficulty: str = ""


@dataclass
class Contents:
    """The parts of a package, or a single file, with the pictures and sounds in it."""

    package: Package | None
    single: bytes = b""
    album: media.Album = field(default_factory=media.Album)
    trees: dict[str, "etree._Element"] = field(default_factory=dict)

    def tree(self, part: str) -> "etree._Element":
        """A part as XML.

        Raises:
            Unreadable: it is missing, broken or hostile.
        """
        content = self.single if self.package is None else self.package.read(part)
        return parse_xml(content, part=part)

    def find(self, address: str, base: str) -> str | None:
        """The part that an address in a part means; None where there is none."""
        if self.package is None or "://" in address:
            return None
        for mark in FILE_BASES:
            address = address.replace(mark, "")
        path = unquote(address.split("?", 1)[0].split("#", 1)[0]).lstrip("/")
        near = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
        for name in (near, posixpath.normpath(path)):
            if name in self.package.sizes:
                return name
        return next((name for name in self.package.names if name.endswith(f"/{path}")), None)

    def name_of(self, address: str, base: str) -> str | None:
        """The asset that an address in a part shows."""
        part = self.find(address, base)
        if part is None or self.package is None:
            return None
        return self.album.add(posixpath.basename(part), self.package.read(part))

    def size_of(self, name: str) -> tuple[int, int] | None:
        """The size of a picture."""
        return media.size_of(self.album.assets[name].content)


def open_contents(content: bytes) -> Contents:
    """A package, or a single XML file.

    Raises:
        Unreadable: the package is broken or hostile.
    """
    if content.startswith(b"PK"):
        return Contents(open_package(content))
    return Contents(None, content)


def resources(contents: Contents) -> Iterator[Resource]:
    """What the manifest names, in its order; every XML file where there is no manifest.

    Raises:
        Unreadable: the manifest is broken.
    """
    if contents.package is None:
        yield Resource("", "")
        return
    manifest = next((name for name in contents.package.names if posixpath.basename(name) == MANIFEST), None)
    if manifest is None:
        for name in contents.package.names:
            if name.casefold().endswith((".xml", ".qti", ".dat")):
                yield Resource(name, "")
        return
    base = posixpath.dirname(manifest)
    for element in contents.tree(manifest).iter("{*}resource"):
        href = element.get("href") or next((file.get("href", "") for file in element.iter("{*}file")), "")
        if not href:
            continue
        part = contents.find(href, manifest) or posixpath.join(base, unquote(href))
        yield _resource(part, element)


def _resource(part: str, element: "etree._Element") -> Resource:
    pairs: dict[str, str] = {}
    for identifier in element.iter("{*}identifier", "{*}catalogentry"):
        catalog = inner_text_at(identifier, "catalog")
        if catalog.startswith(CATALOG):
            pairs[catalog.removeprefix(CATALOG)] = inner_text_at(identifier, "entry")
    tags = tuple(text for text in (_text(keyword) for keyword in element.iter("{*}keyword")) if text)
    return Resource(
        part, element.get("type", ""), pairs, tags, title=_first(element, "general", "title"),
        difficulty=_first(element, "difficulty", "value"),
    )  # fmt: skip


def inner_text_at(element: "etree._Element", name: str) -> str:
    """The text of the first element of that name inside another."""
    found = next((part for part in element.iter("{*}" + name)), None)
    return "" if found is None else inner_text(found).strip()


def _text(element: "etree._Element") -> str:
    return " ".join(inner_text(element).split())


def _first(element: "etree._Element", outer: str, inner: str) -> str:
    found = next(element.iter("{*}" + outer), None)
    return "" if found is None else " ".join(inner_text_at(found, inner).split())


@dataclass(frozen=True)
class Part:
    """An item that goes into a package: the name of its file, its tree, the assets it shows, its pairs and tags."""

    name: str
    root: "etree._Element"
    assets: tuple[str, ...]
    pairs: Mapping[str, str]
    tags: tuple[str, ...]


def write(parts: Sequence[Part], assets: Mapping[str, Asset], version: Version) -> bytes:
    """The package of items."""
    out = io.BytesIO()
    used = {name: assets[name] for part in parts for name in part.assets}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        _put(package, MANIFEST, _as_bytes(_manifest(parts, used, version)))
        for part in parts:
            _put(package, part.name, _as_bytes(part.root))
        for name, asset in used.items():
            _put(package, f"assets/{name}", asset.content)
    return out.getvalue()


def _put(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, MADE_ON)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    package.writestr(info, content)


def _as_bytes(root: "etree._Element") -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _manifest(parts: Sequence[Part], assets: Mapping[str, Asset], version: Version) -> "etree._Element":
    space, lom = f"{{{version.package}}}", LOM[version.name]
    spaces: Any = {None: version.package, "lom": lom}
    root = etree.Element(f"{space}manifest", nsmap=spaces, identifier="MANIFEST-ZHIXUN")
    metadata = etree.SubElement(root, f"{space}metadata")
    etree.SubElement(metadata, f"{space}schema").text = version.package_schema
    etree.SubElement(metadata, f"{space}schemaversion").text = version.package_version
    etree.SubElement(root, f"{space}organizations")
    resources_ = etree.SubElement(root, f"{space}resources")
    places = {name: f"asset-{number:05}" for number, name in enumerate(assets, 1)}
    for number, part in enumerate(parts, 1):
        resource = etree.SubElement(
            resources_, f"{space}resource", identifier=f"resource-{number:05}", type=version.item_type, href=part.name
        )
        _file_under(etree.SubElement(resource, f"{space}metadata"), part, f"{{{lom}}}")
        etree.SubElement(resource, f"{space}file", href=part.name)
        for name in part.assets:
            etree.SubElement(resource, f"{space}dependency", identifierref=places[name])
    for name, place in places.items():
        href = f"assets/{name}"
        resource = etree.SubElement(resources_, f"{space}resource", identifier=place, type="webcontent", href=href)
        etree.SubElement(resource, f"{space}file", href=href)
    return root


def _file_under(metadata: "etree._Element", part: Part, space: str) -> None:
    """The pairs as identifiers in catalogs of ours, the tags as keywords."""
    general = etree.SubElement(etree.SubElement(metadata, f"{space}lom"), f"{space}general")
    for name, value in part.pairs.items():
        identifier = etree.SubElement(general, f"{space}identifier")
        etree.SubElement(identifier, f"{space}catalog").text = CATALOG + name
        etree.SubElement(identifier, f"{space}entry").text = value
    for tag in part.tags:
        etree.SubElement(etree.SubElement(general, f"{space}keyword"), f"{space}string").text = tag
