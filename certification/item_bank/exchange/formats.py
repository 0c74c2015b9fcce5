"""The table of formats; a further one is one more row."""

from certification.item_bank.exchange import (
    aiken,
    gift_read,
    gift_write,
    moodle_writing,
    moodle_xml,
    qti,
    qti12,
    sheet,
    sheet_write,
)
from certification.item_bank.exchange.frame import Format

TEXT = "text/plain; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("xlsx", ".xlsx", XLSX, sheet.like_xlsx, sheet.read_xlsx, sheet_write.write_xlsx),
        Format("xls", ".xls", "application/vnd.ms-excel", sheet.like_xls, sheet.read_xlsx),
        Format("csv", ".csv", "text/csv; charset=utf-8", sheet.like_csv, sheet.read_csv, sheet_write.write_csv),
        Format("moodle-xml", ".xml", "application/xml", moodle_xml.likeness, moodle_xml.read, moodle_writing.write),
        Format("gift", ".gift", TEXT, gift_read.like_gift, gift_read.read_gift, gift_write.write_gift),
        Format("aiken", ".txt", TEXT, aiken.like_aiken, aiken.read_aiken, aiken.write_aiken),
        Format("qti3", ".zip", "application/zip", qti.likeness_3, qti.read, qti.write_3),
        Format("qti2", ".zip", "application/zip", qti.likeness_2, qti.read, qti.write_2),
        Format("qti12", ".zip", "application/zip", qti12.likeness, qti12.read),
    )
}
"""Every format by its name."""

READABLE = tuple(form.name for form in FORMATS.values() if form.read)
WRITABLE = tuple(form.name for form in FORMATS.values() if form.write)
