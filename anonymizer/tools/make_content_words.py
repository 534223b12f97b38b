#!/usr/bin/env python3
"""Makes data/content_words.inc: words that stand in at least three code meanings of PS3.16, and some of anatomy.

usage: make_content_words.py ../data/code_meanings_dcmtk.inc > ../data/content_words.inc

Names of persons in them (eponyms) are left out, and words that are first of all names.
"""
import collections
import re
import sys
import textwrap

LEAST = 3
NAMES = set("""barrett best canadian dog gray green haigis joslin kennel kerley lagrangian pet's sita white young simpson
bazett hodges fridericia framingham rose king brown black stone wood may hill bell ward cooper parks weaver marks
america american wt wo ap""".split())
MORE = """abdomen adenocarcinoma adrenal aneurysm ankle anus appendix atrophy atrium bile brain brainstem bronchus calcified
calvarium caudate cavity cerebellum cerebral cerebrum cervical cirrhosis clavicle coccyx colon cortex costal cystic cysts
diagnostic diaphragm disc duodenum edema effusion elbow embolism emphysema encephalic enlarged esophagus fibrosis
fibula finger fissure fluid forearm fracture gallbladder ganglion gland glioblastoma glioma groin hand hematoma hemorrhage
hepatic hernia hilar hilum hip hippocampus hounsfield humerus hypothalamus ileum iliac infarct infarction inguinal intestine
ischemia jejunum jugular kidney knee lingula lobe lobes lumbar lung lungs lymphadenopathy lymphoma mandible maxilla
mediastinal mediastinum melanoma meninges meningioma mesentery metastases metastasis millimeter millimeters millimetre
centimeter centimetre milligray gray becquerel milliliter millilitre gram kilogram degree degrees micrometer microvolt
millivolt millisecond hertz nodule nodules neoplasm occipital occlusion orbit ovaries ovary palate pancreas pancreatic
paranasal parietal parotid patella pelvic pelvis pericardium periosteum peritoneum pharynx pineal pituitary placenta pleura
pleural plexus pneumonia pneumothorax popliteal portal prostate pubis putamen radius rectum renal rib ribs sacrum scapula
sclerosis scoliosis sinus sinuses skeletal skull spinal spine spleen splenic sternum stomach stroke subarachnoid subclavian
subcutaneous subdural subpleural temporal tendon testis thalamus thigh thrombosis thrombus thymus thyroid tibia toe tongue
tonsil trachea tumors ulna ureter urethra urinary uterus vagina vena vertebrae vertebral wrist comment findings impression
impressions conclusion conclusions comparison radiologic morphologically altered target nontarget lesions identified
irradiated spiral sequenced mineral ionizing attenuated partially complete responding progressing milliampere kilovolt
square cubic unique tracking activity concentration bearing mean per english french german spanish italian dutch united states kingdom germany france""".split()


def main():
    count = collections.Counter()
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            entry = re.match(r'\{"[^"]*", "[^"]*", "([^"]*)"\}', line)
            if entry:
                count.update(set(re.findall(r"[a-z]{3,}", entry.group(1).lower())))
    words = {word for word, times in count.items() if times >= LEAST} | set(MORE)
    words = {word for word in words if word == "gray" or word not in NAMES}
    print('R"words(')
    print("# Words of code meanings of PS3.16 and of anatomy, in lower case. Made by tools/make_content_words.py.")
    print("\n".join(textwrap.wrap(" ".join(sorted(words)), 118)))
    print(')words"')


main()
