"""What the world outside is to a launched instance: the metadata service and the bundle's server."""

import dataclasses
import datetime
import http.server
import json
import pathlib
import threading

from machine import PRODUCT

TOKEN = "dG9rZW4="


@dataclasses.dataclass(frozen=True)
class Identity:
    """What an instance is told about itself."""
    instance_id: str = "i-0c0c0c0c0c0c0c0c0"
    instance_type: str = PRODUCT
    zone: str = "us-west-2a"
    zone_id: str = "usw2-az1"
    ami_id: str = "ami-0d0d0d0d0d0d0d0d0"
    life_cycle: str = "spot"

    @property
    def region(self):
        return self.zone[:-1]


def leaves(identity):
    return {
        "instance-id": identity.instance_id, "instance-type": identity.instance_type,
        "ami-id": identity.ami_id, "placement/availability-zone": identity.zone,
        "placement/availability-zone-id": identity.zone_id,
        "placement/region": identity.region, "instance-life-cycle": identity.life_cycle,
        "hostname": "instance.internal",
        "local-hostname": "instance.internal", "local-ipv4": "169.254.169.15",
        "security-groups": "default", "ami-launch-index": "0", "ami-manifest-path": "(unknown)",
        "reservation-id": "r-0e0e0e0e0e0e0e0e0", "instance-action": "none",
        "block-device-mapping/ami": "/dev/xvda", "block-device-mapping/root": "/dev/xvda"}


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Metadata(Handler):
    """IMDSv2: a token by PUT, nothing without it."""

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(200, TOKEN.encode(), X_aws_ec2_metadata_token_ttl_seconds="21600")

    def do_GET(self):
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            self.answer(401)
            return
        body = self.server.lookup(self.path.strip("/").partition("/")[2])
        self.answer(404 if body is None else 200, (body or "").encode())


class Service(http.server.ThreadingHTTPServer):
    """Owns a metadata service on a free port of the loopback. `notice` is whether the spot notice
    is out."""

    def __init__(self, user_data, identity):
        super().__init__(("127.0.0.1", 0), Metadata)
        self.tree, self.user_data, self.identity = leaves(identity), user_data, identity
        self.notice = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def lookup(self, path):
        """The text at a path behind the version, a listing for a folder, None where nothing is."""
        if path == "user-data":
            return self.user_data
        if path == "dynamic/instance-identity/document":
            return json.dumps({"instanceType": self.identity.instance_type,
                               "region": self.identity.region,
                               "instanceId": self.identity.instance_id,
                               "availabilityZone": self.identity.zone})
        if path.rstrip("/") == "dynamic/instance-identity":
            return "document"
        if not path.startswith("meta-data"):
            return None
        key = path[len("meta-data"):].strip("/")
        if key == "spot/instance-action" and self.notice:
            soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=2)
            return json.dumps({"action": "terminate", "time": soon.strftime("%Y-%m-%dT%H:%M:%SZ")})
        if key in self.tree:
            return self.tree[key]
        folder = key + "/" if key else ""
        names = [name[len(folder):] for name in self.tree if name.startswith(folder)]
        listing = {name.partition("/")[0] + ("/" if "/" in name else "") for name in names}
        return "\n".join(sorted(listing)) if listing else None


class OneFile(Handler):
    def do_GET(self):
        self.answer(200, self.server.path.read_bytes())


class FileServer(http.server.ThreadingHTTPServer):
    """Owns a server of one file, whatever is asked for."""

    def __init__(self, path):
        super().__init__(("127.0.0.1", 0), OneFile)
        self.path = pathlib.Path(path)
        threading.Thread(target=self.serve_forever, daemon=True).start()
