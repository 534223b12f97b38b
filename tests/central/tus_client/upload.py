"""Uploads one file by tuspy: python3 upload.py FILE ENDPOINT METADATA_JSON CHUNK_BYTES CHECKSUM [STOP_AFTER_CHUNKS URL_FILE]

The token comes in the environment (GANTRY_TOKEN). CHECKSUM is 0 or 1. With STOP_AFTER_CHUNKS it sends so many chunks,
writes the upload's URL into URL_FILE and ends; with 0 it goes on with the URL that is there. Prints the offset at the end.
"""
import json
import os
import sys

from tusclient import client

path, endpoint, metadata, chunk_bytes, checksum = sys.argv[1:6]
stop_after, url_file = (int(sys.argv[6]), sys.argv[7]) if len(sys.argv) > 6 else (None, None)
tus = client.TusClient(endpoint, headers={'Authorization': 'Bearer ' + os.environ['GANTRY_TOKEN']})
uploader = tus.uploader(
    path,
    chunk_size=int(chunk_bytes),
    metadata=json.loads(metadata),
    upload_checksum=checksum == '1',
    url=open(url_file).read() if stop_after == 0 else None,
)
if stop_after:
    for _ in range(stop_after):
        uploader.upload_chunk()
    with open(url_file, 'w') as out:
        out.write(uploader.url)
else:
    uploader.upload()
print(uploader.offset)
