#!/usr/bin/env python3
"""A small S3 client of its own for tests, so that what Gantry did is seen through other eyes.

    s3.py ENDPOINT ACCESS_KEY SECRET METHOD /BUCKET/KEY[?QUERY] [--body FILE] [--header NAME:VALUE]... [--host HOST]

Prints the status, the headers and an empty line, then the body as it is. Signs with SigV4 by the standard library.
"""
import argparse
import datetime
import hashlib
import hmac
import http.client
import sys
import urllib.parse


def sign(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def main():
    parser = argparse.ArgumentParser()
    for name in ("endpoint", "access_key", "secret", "method", "target"):
        parser.add_argument(name)
    parser.add_argument("--body")
    parser.add_argument("--header", action="append", default=[])
    parser.add_argument("--host", help="what the Host header says; the endpoint's when absent")
    parser.add_argument("--region", default="us-east-1")
    args = parser.parse_args()

    address = urllib.parse.urlsplit(args.endpoint)
    path, _, query = args.target.partition("?")
    path = urllib.parse.quote(path, safe="/-_.~")
    pairs = sorted(
        (urllib.parse.quote(name, safe="-_.~"), urllib.parse.quote(value, safe="-_.~"))
        for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True)
    )
    query = "&".join(f"{name}={value}" for name, value in pairs)
    body = open(args.body, "rb").read() if args.body else b""
    now = datetime.datetime.utcnow().strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "host": args.host or address.netloc,
        "x-amz-date": now,
        "x-amz-content-sha256": hashlib.sha256(body).hexdigest(),
    }
    for header in args.header:
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        [args.method, path, query, *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names,
         headers["x-amz-content-sha256"]]
    )
    scope = f"{now[:8]}/{args.region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + args.secret).encode()
    for part in (now[:8], args.region, "s3", "aws4_request"):
        key = sign(key, part)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={args.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.request(args.method, path + ("?" + query if query else ""), body=body, headers=headers)
    answer = connection.getresponse()
    out = sys.stdout.buffer
    out.write(f"{answer.status}\n".encode())
    for name, value in answer.getheaders():
        out.write(f"{name.lower()}: {value}\n".encode())
    out.write(b"\n" + answer.read())


main()
