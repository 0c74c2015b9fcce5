"""What QTI 3.0 asks of an item and a package, as far as we use it: elements, their order, their attributes.

Source: the element, attribute and multiplicity tables of 1EdTech Question and Test Interoperability 3.0, Assessment,
Section and Item Information Model and XML Binding, final release 2022-05-01. The official schemas may not be passed
on with other software and are not here; this check knows only what is written below and refuses all else.
"""

import re
from collections.abc import Iterator

from lxml import etree

QTI = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

NAME = r"[A-Za-z_][\w.-]*"
NUMBER = r"-?\d+(\.\d+)?"
WHOLE = r"\d+"
TRUTH = "true|false"
TYPES = "boolean|directedPair|duration|file|float|identifier|integer|pair|point|string|uri"
CARDINALITIES = "single|multiple|ordered|record"
COORDS = r"((\d+%?,){2}\d+%?)|((\d+%?,){3}\d+%?)|((\d+%?,){2}((\d+%?,){2})+\d+%?,\d+%?)"
SHAPES = "circle|default|ellipse|poly|rect"
ANY = r"[\s\S]*"

EXPRESSIONS = (
    "qti-and qti-or qti-not qti-match qti-equal qti-gte qti-sum qti-multiple qti-ordered qti-index qti-member"
    " qti-base-value qti-variable qti-correct qti-map-response qti-map-response-point qti-is-null qti-string-match"
)
INLINE = (
    "a em strong code span br img audio object sub sup math qti-text-entry-interaction qti-inline-choice-interaction"
    " qti-feedback-inline"
)
BLOCK = (
    "p div ul ol h1 h2 h3 h4 h5 h6 pre blockquote table hr qti-choice-interaction qti-order-interaction"
    " qti-match-interaction qti-select-point-interaction"
)


def any_of(names: str) -> str:
    """A pattern of children: any of the names, any number of times."""
    return f"(({'|'.join(names.split())}) )*"


def one_of(names: str) -> str:
    """A pattern of children: one of the names."""
    return f"(({'|'.join(names.split())}) )"


FLOW = any_of(f"{INLINE} {BLOCK}")
PROMPT = "(qti-prompt )?"
INTERACTION = {"response-identifier": NAME}

CHILDREN: dict[str, str] = {
    "qti-assessment-item": "(qti-response-declaration )*(qti-outcome-declaration )*(qti-stylesheet )*(qti-item-body )?"
    "(qti-response-processing )?(qti-modal-feedback )*",
    "qti-response-declaration": "(qti-default-value )?(qti-correct-response )?(qti-mapping )?(qti-area-mapping )?",
    "qti-outcome-declaration": "(qti-default-value )?",
    "qti-correct-response": "(qti-value )+", "qti-default-value": "(qti-value )+", "qti-value": "",
    "qti-mapping": "(qti-map-entry )+", "qti-map-entry": "", "qti-area-mapping": "(qti-area-map-entry )+",
    "qti-area-map-entry": "", "qti-item-body": any_of(BLOCK),
    "qti-choice-interaction": PROMPT + "(qti-simple-choice )+", "qti-simple-choice": FLOW,
    "qti-order-interaction": PROMPT + "(qti-simple-choice )+",
    "qti-match-interaction": PROMPT + "(qti-simple-match-set ){2}",
    "qti-simple-match-set": "(qti-simple-associable-choice )*", "qti-simple-associable-choice": FLOW,
    "qti-inline-choice-interaction": "(qti-label )?(qti-inline-choice )+", "qti-inline-choice": "",
    "qti-text-entry-interaction": "", "qti-select-point-interaction": PROMPT + "(object|img|picture) ",
    "qti-feedback-inline": any_of(INLINE), "qti-modal-feedback": "(qti-stylesheet )*(qti-content-body )?",
    "qti-content-body": FLOW,
    "qti-response-processing": "((qti-response-condition|qti-set-outcome-value) )*",
    "qti-response-condition": "qti-response-if (qti-response-else-if )*(qti-response-else )?",
    "qti-response-if": one_of(EXPRESSIONS) + "((qti-response-condition|qti-set-outcome-value) )*",
    "qti-set-outcome-value": one_of(EXPRESSIONS), "qti-and": one_of(EXPRESSIONS) + "+",
    "qti-or": one_of(EXPRESSIONS) + "+", "qti-match": one_of(EXPRESSIONS) + "{2}",
    "qti-equal": one_of(EXPRESSIONS) + "{2}", "qti-gte": one_of(EXPRESSIONS) + "{2}",
    "qti-sum": one_of(EXPRESSIONS) + "+", "qti-multiple": one_of(EXPRESSIONS) + "*", "qti-index": one_of(EXPRESSIONS),
    "qti-base-value": "", "qti-variable": "", "qti-correct": "", "qti-map-response": "",
    "p": any_of(INLINE), "div": FLOW, "span": any_of(INLINE), "a": any_of(INLINE), "em": any_of(INLINE),
    "strong": any_of(INLINE), "code": any_of(INLINE), "pre": any_of(INLINE), "br": "", "hr": "", "img": "",
    "audio": "((source|track) )*", "ul": "(li )*", "ol": "(li )*", "li": FLOW, "blockquote": any_of(BLOCK),
    "table": "(caption )?(col )*(colgroup )*(thead )?(tfoot )?(tbody )+", "thead": "(tr )+", "tbody": "(tr )+",
    "tr": "((th|td) )*", "th": FLOW, "td": FLOW, **{f"h{level}": any_of(INLINE) for level in range(1, 7)},
}  # fmt: skip

REQUIRED: dict[str, dict[str, str]] = {
    "qti-assessment-item": {"identifier": NAME, "title": ANY, "time-dependent": TRUTH},
    "qti-response-declaration": {"identifier": NAME, "cardinality": CARDINALITIES},
    "qti-outcome-declaration": {"identifier": NAME, "cardinality": CARDINALITIES},
    "qti-map-entry": {"map-key": ANY, "mapped-value": NUMBER},
    "qti-area-map-entry": {"shape": SHAPES, "coords": COORDS, "mapped-value": NUMBER},
    "qti-choice-interaction": INTERACTION, "qti-order-interaction": INTERACTION, "qti-match-interaction": INTERACTION,
    "qti-inline-choice-interaction": INTERACTION, "qti-text-entry-interaction": INTERACTION,
    "qti-select-point-interaction": INTERACTION, "qti-simple-choice": {"identifier": NAME},
    "qti-inline-choice": {"identifier": NAME},
    "qti-simple-associable-choice": {"identifier": NAME, "match-max": WHOLE},
    "qti-feedback-inline": {"outcome-identifier": NAME, "identifier": NAME},
    "qti-modal-feedback": {"outcome-identifier": NAME, "identifier": NAME, "show-hide": "show|hide"},
    "qti-set-outcome-value": {"identifier": NAME}, "qti-base-value": {"base-type": TYPES},
    "qti-variable": {"identifier": NAME}, "qti-correct": {"identifier": NAME},
    "qti-map-response": {"identifier": NAME},
    "qti-equal": {"tolerance-mode": "exact|absolute|relative"}, "qti-index": {"n": ANY},
    "img": {"src": ANY, "alt": ANY},
}  # fmt: skip

OPTIONAL: dict[str, dict[str, str]] = {
    "qti-assessment-item": {"label": ANY, XML_LANG: ANY, "adaptive": TRUTH, "tool-name": ANY, "tool-version": ANY,
                            SCHEMA_LOCATION: ANY},
    "qti-response-declaration": {"base-type": TYPES}, "qti-outcome-declaration": {"base-type": TYPES},
    "qti-mapping": {"default-value": NUMBER, "lower-bound": NUMBER, "upper-bound": NUMBER},
    "qti-area-mapping": {"default-value": NUMBER, "lower-bound": NUMBER, "upper-bound": NUMBER},
    "qti-map-entry": {"case-sensitive": TRUTH}, "qti-equal": {"tolerance": ANY},
    "qti-choice-interaction": {"shuffle": TRUTH, "max-choices": WHOLE, "min-choices": WHOLE},
    "qti-order-interaction": {"shuffle": TRUTH, "max-choices": WHOLE, "min-choices": WHOLE},
    "qti-match-interaction": {"shuffle": TRUTH, "max-associations": WHOLE, "min-associations": WHOLE},
    "qti-inline-choice-interaction": {"shuffle": TRUTH},
    "qti-select-point-interaction": {"max-choices": WHOLE, "min-choices": WHOLE},
    "qti-feedback-inline": {"show-hide": "show|hide"},
    "qti-response-processing": {"template": ANY, "template-location": ANY}, "a": {"href": ANY, "title": ANY},
    "img": {"width": WHOLE, "height": WHOLE}, "audio": {"src": ANY, "controls": TRUTH, "title": ANY},
    "ol": {"start": WHOLE},
}  # fmt: skip

COMMON = re.compile(r"class|id|data-[\w-]+")
MIXED = frozenset(
    re.findall(
        r"[\w-]+",
        "p span a em strong code pre li th td h1 h2 h3 h4 h5 h6 audio qti-simple-choice qti-simple-associable-choice"
        " qti-inline-choice qti-feedback-inline qti-content-body qti-value qti-base-value div",
    )
)
"""Elements in which text may stand."""


def faults(root: "etree._Element") -> list[str]:
    """What an item has that QTI 3.0 does not allow."""
    return [*_faults(root), *_unbound(root)]


def _faults(element: "etree._Element") -> Iterator[str]:
    name = str(element.tag).removeprefix(QTI)
    if element.tag == f"{MATH}math":
        return
    if name not in CHILDREN or not str(element.tag).startswith(QTI):
        yield f"unknown element {element.tag}"
        return
    names = "".join(f"{_name(child)} " for child in element)
    if not re.fullmatch(CHILDREN[name], names):
        yield f"{name} holds {names}"
    yield from _attribute_faults(element, name)
    texts = [element.text or "", *(child.tail or "" for child in element)]
    if name not in MIXED and "".join(texts).strip():
        yield f"text in {name}: {texts}"
    for child in element:
        yield from _faults(child)


def _name(element: "etree._Element") -> str:
    return etree.QName(element).localname


def _attribute_faults(element: "etree._Element", name: str) -> Iterator[str]:
    required, optional = REQUIRED.get(name, {}), OPTIONAL.get(name, {})
    for attribute in required.keys() - element.attrib.keys():
        yield f"{name} lacks {attribute}"
    for attribute, value in ((str(key), str(told)) for key, told in element.attrib.items()):
        pattern = {**required, **optional}.get(attribute)
        if pattern is None and not COMMON.fullmatch(attribute):
            yield f"{name} has {attribute}"
        if pattern is not None and not re.fullmatch(pattern, value):
            yield f"{name} has {attribute}={value}"


def _unbound(root: "etree._Element") -> Iterator[str]:
    """Identifiers that stand twice, and names of variables that are not declared."""
    declared = [part.get("identifier") for tag in ("response", "outcome")
                for part in root.iter(f"{QTI}qti-{tag}-declaration")]  # fmt: skip
    if len(set(declared)) < len(declared):
        yield f"declared twice: {declared}"
    for part in root.iter(etree.Element):
        for attribute in ("response-identifier", "outcome-identifier"):
            if part.get(attribute) is not None and part.get(attribute) not in declared:
                yield f"{part.get(attribute)} is not declared"
    choices = [part.get("identifier") for part in root.iter(
        f"{QTI}qti-simple-choice", f"{QTI}qti-inline-choice", f"{QTI}qti-simple-associable-choice")]  # fmt: skip
    if len(set(choices)) < len(choices):
        yield f"choices named alike: {choices}"
