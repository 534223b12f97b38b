#!/usr/bin/env python3
"""Turns the codes of PS3.16 Annex D as DCMTK's headers list them (edition 2022b) into data/dcm_codes.inc.

usage: make_dcm_codes.py /usr/include/dcmtk/dcmsr/codes/dcm.h > ../data/dcm_codes.inc

One line a code, ascending by the code's bytes: code value and code meaning, scheme DCM.
"""
import re
import sys

ENTRY = re.compile(r'DSRBasicCodedEntry\("((?:[^"\\]|\\.)*)", "DCM", "((?:[^"\\]|\\.)*)"\)')
LONGEST_MEANING = 64  # LO


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        codes = dict(ENTRY.findall(file.read()))
    print("// Codes of scheme DCM, PS3.16 Annex D, edition 2022b. Made by tools/make_dcm_codes.py.")
    for value, meaning in sorted(codes.items()):
        if value != "..." and meaning and len(meaning) <= LONGEST_MEANING and meaning.isascii():
            print(f'{{"{value}", "{meaning}"}},')


main()
