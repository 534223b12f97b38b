#!/usr/bin/env python3
"""Makes data/code_meanings_dcmtk.inc: code values and meanings of PS3.16 as DCMTK's headers list them.

usage: make_code_meanings.py /usr/include/dcmtk/dcmsr/codes/{dcm,ncit,sct,srt,ucum,umls}.h > ../data/code_meanings_dcmtk.inc

One row a code: scheme, value, meaning; sorted by scheme and value. Input: Debian's libdcmtk-dev 3.6.7.
"""
import re
import sys

ENTRY = re.compile(r'DSRBasicCodedEntry\("([^"]+)",\s*"([^"]+)",\s*"((?:[^"\\]|\\.)*)"')
LONGEST_MEANING = 64  # LO, PS3.5 Table 6.2-1


def main():
    rows = {}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for value, scheme, meaning in ENTRY.findall(file.read()):
                if len(meaning) <= LONGEST_MEANING and meaning.isascii() and value.strip("."):
                    rows.setdefault((scheme, value), meaning)
    print(f"// {len(rows)} codes of PS3.16 with their meanings. Made by tools/make_code_meanings.py.")
    for (scheme, value), meaning in sorted(rows.items()):
        print(f'{{"{scheme}", "{value}", "{meaning}"}},')


main()
