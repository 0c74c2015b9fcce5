"""Commands that bring frameworks in and take them out."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from certification.standards import catalog
from certification.standards.exchange.reading import read_case
from tests.make import NOW
from tests.make_frameworks import case_file, uid, violations
from training_base.kernel.actor import SYSTEM


def write(folder: Path, source: object) -> str:
    path = folder / "package.json"
    path.write_text(json.dumps(source), encoding="utf-8")
    return str(path)


def run(app: Flask, *arguments: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["standards", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_file_is_checked_then_stored_then_taken_out(app: Flask, tmp_path: Path) -> None:
    file, out = write(tmp_path, case_file(3)), tmp_path / "out.json"

    checked = run(app, "import", file, "--dry-run", "--json")
    stored = run(app, "import", file)
    again = run(app, "import", file, "--json")
    taken = run(app, "export", uid("f"), "--output", str(out))

    assert (checked[0], json.loads(checked[1])["new"], json.loads(checked[1])["stored"]) == (0, 3, False)
    assert (stored[0], stored[1].startswith("3 items new, 0 changed, 0 removed; stored as case-")) == (0, True)
    assert json.loads(again[1])["unchanged"]
    assert taken[:2] == (0, f"3 items written to {out}\n")
    assert read_case(out.read_bytes()).package == read_case(Path(file).read_bytes()).package


def test_problems_are_told_with_their_paths(app: Flask, tmp_path: Path) -> None:
    source = case_file(2)
    source["CFItems"][1]["uri"] = "javascript:x"
    file = write(tmp_path, source)

    plain, as_json = run(app, "import", file), run(app, "import", file, "--json")

    assert plain[0] == as_json[0] == 1
    assert plain[2].startswith("CFItems[1].uri: ")
    assert "1 problems; nothing was stored" in plain[2]
    assert json.loads(as_json[1])["problems"][0]["fault"] == "dangerous_address"


def test_the_national_standard_is_printed_as_a_valid_package(app: Flask, session: Session) -> None:
    catalog.load_standard(session, by=SYSTEM, now=NOW)

    code, printed, _said = run(app, "export", "national-2021", "--format", "case")

    assert (code, violations("CFPackage", json.loads(printed))) == (0, [])


def test_what_a_format_cannot_carry_is_told(app: Flask, tmp_path: Path) -> None:
    old = "6fa459ea-ee8a-1ca4-894e-db77e160355e"
    run(app, "import", write(tmp_path, case_file(0, identifier=old)))

    assert run(app, "export", old)[2].startswith("1 × ")


def test_an_unknown_standard_cannot_be_taken_out(app: Flask) -> None:
    code, _printed, said = run(app, "export", "nonsense")

    assert (code, said) == (1, "Error: there is no standard nonsense\n")
