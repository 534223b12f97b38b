#!/usr/bin/env python3
"""Turns PS3.15 Table E.3.10-1 (edition 2026c) into data/safe_private.inc.

usage: make_safe_private.py safe_private.csv > ../data/safe_private.inc

The input has the columns group, element_low_byte, private_creator, vr, vm, meaning. The output has one row a line,
sorted by creator, group and element; the first VR where the table gives two. Rows whose VR the table leaves open
are left out.
"""
import csv
import sys

EDITION = "2026c"


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["vr"].strip()]
    lines = sorted({(row["private_creator"], int(row["group"], 16), int(row["element_low_byte"], 16),
                     row["vr"].strip()[:2]) for row in rows})
    print(f"// PS3.15 Table E.3.10-1, edition {EDITION}, {len(lines)} rows. Made by tools/make_safe_private.py.")
    for creator, group, element, vr in lines:
        print(f'{{"{creator}", 0x{group:04X}, 0x{element:02X}, {{\'{vr[0]}\', \'{vr[1]}\'}}}},')


main()
