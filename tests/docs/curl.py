"""As much of curl as the documentation's examples use, for machines without it.

Takes -s, -S, -sS, -i, -X METHOD, -H HEADER, -d BODY and addresses, and `connect-to` of $CURL_HOME/.curlrc. It refuses
anything else, so that an example can't mean more than this understands.
"""

import os
import re
import sys
from http.client import HTTPConnection  # of the standard library: the pages start it many times
from pathlib import Path
from urllib.parse import urlsplit

SILENT = {"-s", "-S", "-sS"}
WITH_VALUE = {"-X", "-H", "-d"}


def main(arguments: list[str]) -> int:
    method, body, headers, addresses, with_head = None, None, {}, [], False
    rest = iter(arguments)
    for argument in rest:
        if argument in WITH_VALUE:
            value = next(rest, None)
            if value is None:
                return fail(f"option {argument}: requires parameter")
            if argument == "-X":
                method = value
            elif argument == "-d":
                body = value
            else:
                name, _colon, content = value.partition(":")
                headers[name.strip()] = content.strip()
        elif argument == "-i":
            with_head = True
        elif argument in SILENT:
            continue
        elif argument.startswith("-"):
            return fail(f"option {argument}: is unknown to the curl of the documentation's tests")
        else:
            addresses.append(argument)
    if not addresses:
        return fail("no URL specified")
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    for address in addresses:
        if ask(method or ("GET" if body is None else "POST"), address, headers, body, with_head=with_head):
            return 7
    return 0


def ask(method: str, address: str, headers: dict[str, str], body: str | None, *, with_head: bool) -> int:
    url = urlsplit(address)
    target = url.path + (f"?{url.query}" if url.query else "")
    connection = HTTPConnection(*connected(url.hostname or "", url.port or 80), timeout=20)
    content = None if body is None else body.encode()
    try:
        connection.request(method, target, content, {"Host": url.netloc, **headers})
        answer = connection.getresponse()
        answered = answer.read()
    except OSError as error:
        return fail(str(error))
    if with_head:
        print(f"HTTP/1.1 {answer.status} {answer.reason}")
        print("".join(f"{name}: {value}\n" for name, value in answer.getheaders()))
    sys.stdout.flush()
    sys.stdout.buffer.write(answered)
    sys.stdout.flush()
    return 0


def connected(host: str, port: int) -> tuple[str, int]:
    """Where .curlrc leads an address: connect-to = "host:port:other-host:other-port"."""
    file = Path(os.environ.get("CURL_HOME") or Path.home()) / ".curlrc"
    lines = file.read_text().splitlines() if file.exists() else []
    for line in lines:
        found = re.fullmatch(r'connect-to = "([^:]*):(\d*):([^:]*):(\d*)"', line.strip())
        if found and (host, port) == (found[1], int(found[2])):
            return found[3], int(found[4])
    return host, port


def fail(why: str) -> int:
    print(f"curl: {why}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
