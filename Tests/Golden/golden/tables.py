"""Dates and numbers of tables as pandas reads them."""

import io

import pandas as pd

DATES = [
    "1970-01-01", "2000-02-29", "2023-12-31", "2024-01-01", "2024-02-29T23:59:59", "2024-12-31 12:30",
    "1900-03-01", "2100-02-28", "0001-01-01", "9999-12-31T00:00:01",
]
NUMBERS = [
    {"decimal": ",", "thousands": ".", "texts": ["1.234,5", "-7,25", "1.000.000", "12", ",5"]},
    {"decimal": ".", "thousands": ",", "texts": ["41,068", "1,234,567.25", "-1,000", "999"]},
    {"decimal": ",", "thousands": " ", "texts": ["1 234 567,5", "7", "-12 000"]},
]


def parts(text: str) -> dict:
    # Beyond the years that nanoseconds hold.
    stamp = pd.Timestamp(text).as_unit("s") if len(text) > 0 else None
    return {
        "text": text,
        "year": stamp.year,
        "month": stamp.month,
        "day": stamp.day,
        "day_of_year": stamp.dayofyear,
        "weekday": stamp.dayofweek,
        "hour": stamp.hour,
        "minute": stamp.minute,
        "second": stamp.second,
    }


def numbers(decimal: str, thousands: str, texts: list[str]) -> dict:
    table = pd.read_csv(
        io.StringIO("x\n" + "\n".join(texts)), sep=";", decimal=decimal, thousands=thousands
    )
    return {
        "decimal": decimal,
        "thousands": thousands,
        "texts": texts,
        "values": [float(value) for value in table["x"]],
    }


def content() -> dict:
    return {
        "description": "The parts of dates and the values of numbers in other notations, by pandas "
        + pd.__version__ + ".",
        "dates": [parts(text) for text in DATES],
        "numbers": [numbers(**case) for case in NUMBERS],
    }
