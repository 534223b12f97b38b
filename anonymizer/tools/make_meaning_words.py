#!/usr/bin/env python3
"""Makes data/meaning_words.inc: words of meanings of PS3.16 that data/code_meanings_dcmtk.inc does not have.

usage: make_meaning_words.py /usr/lib/python3/dist-packages ../data/code_meanings{,_dcmtk}.inc > ../data/meaning_words.inc

Input: Debian's python3-pydicom 2.3.1, whose tables are made from PS3.16. What is written with a capital may be a name:
such words are taken only where they are written small elsewhere, or end as words of medicine do. Breeds of animals
are left out.
"""
import re
import sys
import textwrap

ANIMALS = re.compile(r"breed|\(organism\)|cattle|sheep|horse|pony|goat|\bdog\b|hound|terrier|\bcat\b|chicken|\bpig\b")
ENDINGS = ("al ic ar osis itis oma ia ion ive ous ary ine ate ide phy copy tomy oid ium emia uria asis pathy ism gen gram logy "
           "plasty metry nce ctomy ous ular gastric renal therapy").split()
LEAST_WITH_ENDING = 6
# Of persons and places, though written small or ending so.
NAMES = set("""bauer berlin bismark bengal brilliant delphian martin vivian christian julian adrian lincoln florence clarence
lillian marian jocelyn salvador chantal cristal randal kendal oscar dagmar caesar valencia virginia victoria julia sophia
maria lydia gloria cecilia amelia sylvia olivia patricia marcia claudia cynthia eugenia georgia india sonia albania andalusia
catherine christine josephine pauline caroline adeline angeline jacqueline madeleine constantine valentine
montana arizona dakota alabama corona benedict frederic dominic eric cedric aberdeen angus agnes
apso corgi jack russell king charles prince marie saint san santa""".split())


def main():
    sys.path.insert(0, sys.argv[1])
    from pydicom.sr._concepts_dict import concepts
    known = set()
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            for meaning in re.findall(r'\{"[^"]*", "[^"]*", "([^"]*)"\}', file.read()):
                known.update(re.findall("[a-z]+", meaning.lower()))
    meanings = {meaning for names in concepts.values() for codes in names.values() for meaning, _ in codes.values()}
    words = set()
    for meaning in meanings:
        if ANIMALS.search(meaning.lower()):
            continue
        for word in re.findall("[A-Za-z]+", meaning):
            ends_so = len(word) >= LEAST_WITH_ENDING and word.lower().endswith(tuple(ENDINGS))
            if len(word) > 1 and (word.islower() or ends_so):
                words.add(word.lower())
    words -= known | NAMES
    print('R"words(')
    print("# Words of further code meanings of PS3.16, in lower case. Made by tools/make_meaning_words.py.")
    print("\n".join(textwrap.wrap(" ".join(sorted(words)), 118)))
    print(')words"')


main()
