"""Hostile files: refused with one clear line, in little time and memory, before anything is unpacked or parsed."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from certification.item_bank import exchange
from certification.item_bank.exchange import guard
from certification.item_bank.exchange.encoding import decode
from certification.item_bank.exchange.guard import Unreadable, open_package, parse_xml
from certification.item_bank.exchange.report import Fault, Findings
from tests.make_sheets import csv_of, xlsx_of, zip_of

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HEAD = '<?xml version="1.0"?>'


def refused(deed: Callable[[], object]) -> Fault:
    with pytest.raises(Unreadable) as found:
        deed()
    return found.value.problem.fault


def sheet_with(**parts: bytes) -> bytes:
    """A sound workbook with further parts; __ stands for a slash, _dot_ for a dot."""
    out = io.BytesIO(xlsx_of(["题目", "答案"], ["甲", "对"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def lying() -> bytes:
    """A package whose directory says that a part is small; it unpacks to 40 MB."""
    content = zip_of({"xl/workbook.xml": bytes(40_000_000)})
    return content.replace((40_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def overlapping() -> bytes:
    """A package whose two entries share their bytes."""
    content = bytearray(zip_of({"a.xml": b"x" * 5000, "b.xml": b"x" * 5000}))
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return bytes(content)


HOSTILE: dict[str, tuple[Callable[[], bytes], Fault]] = {
    "zeros.xlsx": (lambda: zip_of({"xl/workbook.xml": bytes(200_000_000)}), Fault.FILE_BOMB),
    "many.zip": (lambda: zip_of({f"{n}": b"" for n in range(guard.MAX_PARTS + 1)}), Fault.FILE_BOMB),
    "overlap.zip": (overlapping, Fault.FILE_BOMB),
    "climb.zip": (lambda: zip_of({"../../etc/passwd": b"x"}), Fault.PACKAGE_NAME),
    "absolute.zip": (lambda: zip_of({"/etc/passwd": b"x"}), Fault.PACKAGE_NAME),
    "drive.zip": (lambda: zip_of({"C:/windows/x": b"x"}), Fault.PACKAGE_NAME),
    "backslash.zip": (lambda: zip_of({"..\\x.xml": b"x"}), Fault.PACKAGE_NAME),
    "nested.zip": (lambda: zip_of({"inner.zip": zip_of({"a.xml": b"x"})}), Fault.PACKAGE_NESTED),
    "cut.zip": (lambda: zip_of({"a.xml": b"x" * 5000})[:-40], Fault.PACKAGE_BROKEN),
    "macro.xlsx": (lambda: sheet_with(xl__vbaProject_dot_bin=b"x"), Fault.FILE_MACROS),
    "macro4.xlsx": (lambda: sheet_with(xl__macrosheets__sheet1_dot_xml=b"<a/>"), Fault.FILE_MACROS),
    "named.xlsm": (lambda: csv_of(["题目", "答案"]), Fault.FILE_MACROS),
    "lying.xlsx": (lying, Fault.FILE_UNREADABLE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_one_line(name: str) -> None:
    make, fault = HOSTILE[name]

    report = exchange.read(make(), name=name)

    assert [problem.fault for problem in report.problems] == [fault]
    assert report.items == ()


def test_a_link_and_a_password_in_a_package_are_refused() -> None:
    link = zipfile.ZipInfo("a.xml")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(link, "/etc/passwd")
    locked = bytearray(zip_of({"a.xml": b"x"}))
    locked[locked.find(b"PK\x01\x02") + 8] |= 1

    assert refused(lambda: open_package(out.getvalue())) is Fault.PACKAGE_NAME
    assert refused(lambda: open_package(bytes(locked))) is Fault.FILE_PROTECTED


def test_a_part_gives_what_its_directory_declares_or_nothing() -> None:
    package = open_package(zip_of({"a.xml": b"abc", "folder/": b""}))
    broken = bytearray(zip_of({"a.xml": b"abc" * 100}, zipfile.ZIP_STORED))
    broken[60] ^= 255

    assert (package.names, package.read("a.xml")) == (("a.xml",), b"abc")
    assert refused(lambda: package.read("b.xml")) is Fault.PACKAGE_FILE_MISSING
    assert refused(lambda: open_package(bytes(broken)).read("a.xml")) is Fault.PACKAGE_BROKEN
    assert refused(lambda: open_package(lying()).read("xl/workbook.xml")) is Fault.PACKAGE_BROKEN
    assert open_package(zip_of({"inner.zip": b"x"}), nested=True).names == ("inner.zip",)


def test_a_packing_that_is_not_deflate_is_refused() -> None:
    assert refused(lambda: open_package(zip_of({"a.xml": b"x"}, zipfile.ZIP_BZIP2))) is Fault.PACKAGE_BROKEN


@pytest.mark.parametrize(
    "text",
    [
        f'{HEAD}<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        f'{HEAD}<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>',
        f'{HEAD}<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]><a/>',
        f'{HEAD}<!DOCTYPE a [<!ENTITY x "y">]><a/>',
        f"{HEAD}<!-- <!DOCTYPE a [ -->{'<!-- x -->' * 9}<!DOCTYPE a SYSTEM 'x' [<!ENTITY x 'y'>]><a b='&x;'/>",
        '<!DOCTYPE a SYSTEM "<!--" [<!ENTITY x "y">]><a><!-- --></a>',
        f"{' ' * 1_100_000}<!DOCTYPE a [<!ENTITY x 'y'>]><a/>",
    ],
)
def test_xml_that_declares_entities_is_refused(text: str) -> None:
    assert refused(lambda: parse_xml(text.encode())) is Fault.XML_ENTITIES


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_entities_do_not_hide_behind_an_encoding(encoding: str) -> None:
    content = '<!DOCTYPE a [<!ENTITY x "y">]><a/>'.encode(encoding)

    assert refused(lambda: parse_xml(content)) is Fault.XML_ENTITIES


def test_xml_without_entities_is_read_and_comments_are_left_out() -> None:
    text = f'{HEAD}<!DOCTYPE quiz SYSTEM "quiz.dtd"><!-- a --><quiz><b>1 &lt; 2</b><?x y?>'
    text += "<c><![CDATA[<!ENTITY]]></c></quiz>"

    root = parse_xml(text.encode())

    assert [child.text for child in root] == ["1 < 2", "<!ENTITY"]
    assert parse_xml(b"<!DOCTYPE a [<!ELEMENT a ANY>]><a/>").tag == "a"


def test_broken_endless_and_deep_xml_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(lambda: parse_xml(b"<a><b></a>", part="items/1.xml")) is Fault.XML_BROKEN
    assert refused(lambda: parse_xml(b"<a>" * 5000 + b"</a>" * 5000)) is Fault.XML_BROKEN
    monkeypatch.setattr(guard, "MAX_TAGS", 3)
    assert refused(lambda: parse_xml(b"<a><b/><c/></a>")) is Fault.FILE_BOMB


WORK = """
import sys, time
from pathlib import Path
from certification.item_bank import exchange
exchange.read(b"x", name="warm.csv")
before = time.process_time()
report = exchange.read(Path(sys.argv[1]))
seconds = time.process_time() - before
most = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(report.problems[0].fault.value, len(report.items), seconds, int(most) // 1024)
"""


def measured(path: Path) -> tuple[str, float, int]:
    """What a process of its own says of a file, the processor seconds and the most memory in MB it took."""
    out = subprocess.run([sys.executable, "-c", WORK, str(path)], check=True, capture_output=True, text=True)
    fault, items, seconds, megabytes = out.stdout.split()
    assert items == "0"
    return fault, float(seconds), int(megabytes)


@pytest.mark.parametrize("name", ["zeros.csv", "zeros.xlsx", "lying.xlsx", "many.zip", "laughs.xml", "zeros.txt"])
def test_refusing_takes_little_time_and_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name in ("zeros.csv", "zeros.txt"):
        with path.open("wb") as file:
            file.truncate(500 * 1024 * 1024)
    elif name == "laughs.xml":
        path.write_text(f'{HEAD}<!DOCTYPE quiz [<!ENTITY l0 "ha">{LAUGHS}]><quiz>&l9;</quiz>')
    else:
        path.write_bytes(HOSTILE[name][0]())

    _fault, seconds, megabytes = measured(path)

    assert seconds < 2
    assert megabytes < 200


# --- encodings


def test_an_encoding_is_proven_told_with_a_warning_or_asked_for() -> None:
    told = {}
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252"):
        text = "题目与答案" if encoding == "gb18030" else "naïve café"
        findings = Findings()
        told[encoding] = (decode(text.encode(encoding), findings), findings.encoding, len(findings.problems))

    assert told == {
        "utf-8": ("naïve café", "utf-8", 0),
        "utf-8-sig": ("naïve café", "utf-8", 0),
        "utf-16": ("naïve café", "utf-16", 0),
        "gb18030": ("题目与答案", "gb18030", 1),
        "cp1252": ("naïve café", "windows-1252", 1),
    }


@pytest.mark.parametrize("content", [b"\xe9\xe0 x", b"\xff\xff\xff", "Ærøskøbing ÅÅÅ ÆØ ØÅ".encode("cp1252"), b"\x81"])
def test_an_encoding_that_cannot_be_told_is_asked_for(content: bytes) -> None:
    assert refused(lambda: decode(content, Findings())) is Fault.ENCODING_AMBIGUOUS


def test_a_named_encoding_is_believed_or_refused() -> None:
    assert decode(b"\xe9\xe0 x", Findings(), named="windows-1252") == "éà x"
    assert refused(lambda: decode(b"\xff", Findings(), named="utf-8")) is Fault.ENCODING_WRONG
    assert refused(lambda: decode(b"x", Findings(), named="klingon")) is Fault.ENCODING_WRONG


def test_a_file_of_no_known_format_or_name_is_refused() -> None:
    assert [p.fault for p in exchange.read(b"hello there", name="x.docx").problems] == [Fault.FORMAT_UNKNOWN]
    with pytest.raises(ValueError, match="no format"):
        exchange.read(b"x", "word")
    with pytest.raises(ValueError, match="not written"):
        exchange.write([], "xls")
