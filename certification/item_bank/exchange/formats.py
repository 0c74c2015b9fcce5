"""The table of formats; a further one is one more row."""

from certification.item_bank.exchange import moodle_writing, moodle_xml, sheet, sheet_write
from certification.item_bank.exchange.frame import Format

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("xlsx", ".xlsx", XLSX, sheet.like_xlsx, sheet.read_xlsx, sheet_write.write_xlsx),
        Format("xls", ".xls", "application/vnd.ms-excel", sheet.like_xls, sheet.read_xlsx),
        Format("csv", ".csv", "text/csv; charset=utf-8", sheet.like_csv, sheet.read_csv, sheet_write.write_csv),
        Format("moodle-xml", ".xml", "application/xml", moodle_xml.likeness, moodle_xml.read, moodle_writing.write),
    )
}
"""Every format by its name."""

READABLE = tuple(form.name for form in FORMATS.values() if form.read)
WRITABLE = tuple(form.name for form in FORMATS.values() if form.write)
