"""Writes the Parquet files of this folder with pyarrow, a writer that shares no code with our reader."""

import datetime
import decimal
import json
import uuid

import numpy
import pyarrow
import pyarrow.parquet

ROWS = 60


def table():
    def values(make):
        return [None if i % 7 == 3 else make(i) for i in range(ROWS)]

    start = datetime.datetime(2024, 2, 29, 23, 59, 58)
    columns = {
        "id": pyarrow.array(range(ROWS), pyarrow.int64()),
        "flag": pyarrow.array(values(lambda i: i % 2 == 0), pyarrow.bool_()),
        "tiny": pyarrow.array(values(lambda i: i % 100 - 50), pyarrow.int8()),
        "whole": pyarrow.array(values(lambda i: i * 1000 - 7), pyarrow.int32()),
        "unsigned": pyarrow.array(values(lambda i: 4294967295 - i), pyarrow.uint32()),
        "single": pyarrow.array(values(lambda i: i / 4), pyarrow.float32()),
        "number": pyarrow.array(values(lambda i: i / 8), pyarrow.float64()),
        "small_decimal": pyarrow.array(values(lambda i: decimal.Decimal(i) / 4), pyarrow.decimal128(9, 2)),
        "big_decimal": pyarrow.array(
            values(lambda i: decimal.Decimal(i * 10**20 - 1) / 1000), pyarrow.decimal128(30, 3)
        ),
        "word": pyarrow.array(values(lambda i: "wörd-%d" % (i % 20)), pyarrow.string()),
        "raw": pyarrow.array(values(lambda i: bytes([i % 256, 255])), pyarrow.binary()),
        "day": pyarrow.array(values(lambda i: start.date() + datetime.timedelta(days=i)), pyarrow.date32()),
        "clock": pyarrow.array(values(lambda i: datetime.time(i % 24, 1, 2, 345678)), pyarrow.time64("us")),
        "local": pyarrow.array(values(lambda i: start + datetime.timedelta(hours=i)), pyarrow.timestamp("us")),
        "instant": pyarrow.array(
            values(lambda i: start + datetime.timedelta(hours=i)), pyarrow.timestamp("ms", tz="UTC")
        ),
        "code": pyarrow.array(values(lambda i: uuid.UUID(int=i).bytes), pyarrow.uuid()),
        "document": pyarrow.array(values(lambda i: json.dumps({"i": i})), pyarrow.string()),
        "tags": pyarrow.array(
            values(lambda i: [] if i % 5 == 0 else ["t%d" % i, None]), pyarrow.list_(pyarrow.string())
        ),
        "v": pyarrow.array(values(lambda i: [i, i + 0.5, -i]), pyarrow.list_(pyarrow.float32())),
        "fixed": pyarrow.array(values(lambda i: [i, 1, 2]), pyarrow.list_(pyarrow.float64(), 3)),
        "packed": pyarrow.array(
            values(lambda i: numpy.array([i, 0.25, 3], "<f4").tobytes()), pyarrow.binary(12)
        ),
        "nested": pyarrow.array([{"a": i, "b": "x"} for i in range(ROWS)]),
    }
    return pyarrow.table(columns)


def main():
    write = pyarrow.parquet.write_table
    rows = table()
    write(rows, "snappy.parquet", compression="snappy", row_group_size=25, write_page_checksum=True)
    write(rows, "zstd.parquet", compression="zstd", data_page_version="2.0", write_page_checksum=True)
    write(rows, "gzip.parquet", compression="gzip", use_dictionary=False, use_deprecated_int96_timestamps=True)
    write(rows, "lz4.parquet", compression="lz4", data_page_size=512)
    write(
        rows.drop(["flag", "nested"]),
        "encodings.parquet",
        compression="none",
        use_dictionary=False,
        data_page_version="2.0",
        column_encoding={
            "id": "DELTA_BINARY_PACKED",
            "whole": "DELTA_BINARY_PACKED",
            "word": "DELTA_BYTE_ARRAY",
            "document": "DELTA_LENGTH_BYTE_ARRAY",
            "number": "BYTE_STREAM_SPLIT",
            "single": "BYTE_STREAM_SPLIT",
        },
    )
    write(rows.select(["id", "v"]), "brotli.parquet", compression="brotli")


main()
