#!/usr/bin/env python3
"""Turns PS3.15 Table E.1-1 (edition 2026c) into data/ps3_15_e1.inc.

usage: make_e1_table.py ps3_15_e1.csv > ../data/ps3_15_e1.inc

The input has the columns tag, vr, keyword, name, retired, in_std_iod, basic and one per option, in the order of
OPTIONS. The output has one row a line: value and mask of the tag, VR, keyword, the Basic Profile's action, and one
letter per option (K keep, C clean, a point for nothing).
"""
import csv
import sys

EDITION = "2026c"
OPTIONS = ["rtn_safe_priv", "rtn_uids", "rtn_dev_id", "rtn_inst_id", "rtn_pat_chars", "rtn_long_full",
           "rtn_long_modif", "clean_desc", "clean_struct", "clean_graph"]


def value_and_mask(tag):
    """(value, mask) such that an attribute matches when (its tag & mask) == value."""
    if "odd" in tag:
        return 0x00010000, 0x00010000
    digits = tag.replace(",", "")
    value = int("".join("0" if d == "x" else d for d in digits), 16)
    mask = int("".join("0" if d == "x" else "F" for d in digits), 16)
    return value, mask


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lines = []
    for row in rows:
        value, mask = value_and_mask(row["tag"])
        options = "".join(row[name] or "." for name in OPTIONS)
        lines.append((mask != 0xFFFFFFFF, value,
                      f'{{0x{value:08X}, 0x{mask:08X}, "{row["vr"]}", "{row["keyword"]}", '
                      f'parseAction("{row["basic"]}"), parseOptions("{options}")}},'))
    print(f"// PS3.15 Table E.1-1, edition {EDITION}, {len(lines)} rows. Made by tools/make_e1_table.py.")
    for _, _, line in sorted(lines):
        print(line)


main()
