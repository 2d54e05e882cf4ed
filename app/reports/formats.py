"""The forms that a table may be written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.reports.csv_text import write_csv
from app.reports.json_text import write_json, write_json_lines
from app.reports.table import Writer
from app.reports.xlsx import write_xlsx


class Form(StrEnum):
    """A form, by the end of a file's name."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Written:
    """How a form is written, and what HTTP calls it."""

    media_type: str
    write: Writer


FORMS: Mapping[Form, Written] = {
    Form.CSV: Written("text/csv; charset=utf-8", write_csv),
    Form.XLSX: Written("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    Form.JSON: Written("application/json", write_json),
    Form.JSONL: Written("application/jsonl", write_json_lines),
}
