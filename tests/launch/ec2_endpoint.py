"""EC2 and SSM as far as the launcher asks them: a local endpoint with instances that are simulated.

An instance "runs" by a function given to the endpoint: it gets the Instance with its user-data, and
the instance is terminated when it returns. Refusals (no capacity, a quota) are set by the test."""

import base64
import datetime
import http.server
import json
import re
import threading
import urllib.parse
from xml.sax.saxutils import escape

NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
IMAGE = "ami-0123456789abcdef0"
USER_DATA_BYTES_MAX = 16384


class Refusal(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


class Instance:
    """What RunInstances was asked for, and how it is."""

    def __init__(self, number, asked, zone):
        self.id = f"i-{number:017x}"
        self.asked, self.zone = asked, zone
        self.type = asked["InstanceType"]
        self.state, self.reason = "pending", ""
        self.launched = datetime.datetime.now(datetime.timezone.utc)
        self.user_data = base64.b64decode(asked["UserData"]).decode()
        self.tags = tags_of(asked, "instance")

    def urls(self):
        """The presigned URLs in the user-data: {name: URL}."""
        text = self.user_data.split("/opt/assay/urls\n", 1)[-1]
        return dict(re.findall(r"^ +(result|partial|report|journal|log) (\S+)$", text, re.M))

    def xml(self):
        tags = "".join(f"<item><key>{escape(k)}</key><value>{escape(v)}</value></item>"
                       for k, v in self.tags.items())
        codes = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopped": 80}
        return (f"<item><instanceId>{self.id}</instanceId><imageId>{self.asked['ImageId']}</imageId>"
                f"<instanceState><code>{codes[self.state]}</code><name>{self.state}</name>"
                f"</instanceState><instanceType>{self.type}</instanceType><launchTime>"
                f"{self.launched:%Y-%m-%dT%H:%M:%S.000Z}</launchTime><placement><availabilityZone>"
                f"{self.zone}</availabilityZone></placement><stateReason><code>x</code><message>"
                f"{escape(self.reason)}</message></stateReason><tagSet>{tags}</tagSet></item>")


def tags_of(asked, kind):
    found = {}
    for i in range(1, 10):
        if asked.get(f"TagSpecification.{i}.ResourceType") == kind:
            for j in range(1, 50):
                key = asked.get(f"TagSpecification.{i}.Tag.{j}.Key")
                if key:
                    found[key] = asked[f"TagSpecification.{i}.Tag.{j}.Value"]
    return found


class Endpoint:
    """Owns the server and its instances. `run(instance)` is what an instance does."""

    def __init__(self, run, zones=("us-east-1a", "us-east-1b")):
        self.run, self.zones = run, zones
        self.lock = threading.Lock()
        self.instances, self.volumes, self.tokens = {}, {}, {}
        self.no_capacity = set()  # (type, zone)
        self.most_at_once = 1000  # a quota
        self.denied = False
        self.dry_runs = 0
        self.refused_by_quota = threading.Event()
        self.parameters = {"/aws/service/ami-amazon-linux-latest/"
                           "al2023-ami-kernel-default-x86_64": IMAGE}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.endpoint = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def live(self):
        return [i for i in self.instances.values() if i.state in ("pending", "running")]

    def answer(self, asked):
        action = asked["Action"]
        if action not in ACTIONS:
            raise Refusal("InvalidAction", f"The action {action} is not simulated")
        with self.lock:
            return ACTIONS[action](self, asked)

    def run_instances(self, asked):
        self.check(asked)
        if asked.get("DryRun") == "true":
            self.dry_runs += 1
            raise Refusal("DryRunOperation", "Request would have succeeded, but DryRun flag is "
                          "set.", 412)
        if asked["ClientToken"] in self.tokens:  # sent again: the same instance
            return self.started(self.tokens[asked["ClientToken"]])
        zone = asked.get("Placement.AvailabilityZone", self.zones[0])
        if (asked["InstanceType"], zone) in self.no_capacity:
            raise Refusal("InsufficientInstanceCapacity", "We currently do not have sufficient "
                          f"{asked['InstanceType']} capacity in the Availability Zone you "
                          f"requested ({zone}).", 500)
        if len(self.live()) >= self.most_at_once:
            self.refused_by_quota.set()
            raise Refusal("VcpuLimitExceeded", "You have requested more vCPU capacity than your "
                          "current vCPU limit allows for the instance bucket that the specified "
                          "instance type belongs to.")
        instance = Instance(len(self.instances) + 1, asked, zone)
        self.instances[instance.id] = self.tokens[asked["ClientToken"]] = instance
        threading.Thread(target=self.live_and_end, args=(instance,), daemon=True).start()
        return self.started(instance)

    def check(self, asked):
        """What EC2 refuses, and what this project promises of each launch."""
        if self.denied:
            raise Refusal("UnauthorizedOperation", "You are not authorized to perform this "
                          "operation.", 403)
        if not asked["ImageId"].startswith("ami-"):
            raise Refusal("InvalidAMIID.Malformed", f"Invalid id: \"{asked['ImageId']}\"")
        if len(base64.b64decode(asked["UserData"])) > USER_DATA_BYTES_MAX:
            raise Refusal("InvalidParameterValue", "User data is limited to 16384 bytes")
        for name, value in (("MetadataOptions.HttpTokens", "required"),
                            ("InstanceInitiatedShutdownBehavior", "terminate"),
                            ("MinCount", "1"), ("MaxCount", "1")):
            if asked.get(name) != value:
                raise Refusal("NotPromised", f"{name} is {asked.get(name)}, not {value}")

    def started(self, instance):
        return f"<instancesSet>{instance.xml()}</instancesSet>"

    def live_and_end(self, instance):
        instance.state = "running"
        self.run(instance)
        if instance.state == "running":
            # In this order: whoever sees the state must find the reason.
            instance.reason = "Instance initiated shutdown"
            instance.state = "terminated"

    def chosen(self, asked, things):
        """Filters tag:KEY, tag-key; others are taken as said."""
        for i in range(1, 9):
            name, value = asked.get(f"Filter.{i}.Name"), asked.get(f"Filter.{i}.Value.1")
            if name == "tag-key":
                things = [t for t in things if value in t.tags]
            elif name and name.startswith("tag:"):
                things = [t for t in things if t.tags.get(name[4:]) == value]
        return things

    def describe_instances(self, asked):
        """Two to a page: whoever forgets NextToken is found out."""
        begin = int(asked.get("NextToken", 0))
        chosen = self.chosen(asked, list(self.instances.values()))
        items = "".join(f"<item><instancesSet>{i.xml()}</instancesSet></item>"
                        for i in chosen[begin:begin + 2])
        more = f"<nextToken>{begin + 2}</nextToken>" if begin + 2 < len(chosen) else ""
        return f"<reservationSet>{items}</reservationSet>{more}"

    def terminate_instances(self, asked):
        ids = [value for name, value in asked.items() if name.startswith("InstanceId.")]
        for one in ids:
            if one not in self.instances:
                raise Refusal("InvalidInstanceID.NotFound", f"The instance ID '{one}' does not "
                              "exist")
            self.instances[one].state = "terminated"
        return "<instancesSet></instancesSet>"

    def describe_volumes(self, asked):
        items = "".join(f"<item><volumeId>{v.id}</volumeId><size>{v.size}</size><status>available"
                        f"</status></item>" for v in self.chosen(asked, list(self.volumes.values())))
        return f"<volumeSet>{items}</volumeSet>"

    def delete_volume(self, asked):
        del self.volumes[asked["VolumeId"]]
        return "<return>true</return>"

    def parameter(self, name):
        if name not in self.parameters:
            raise Refusal("ParameterNotFound", "")
        return {"Parameter": {"Name": name, "Type": "String", "Value": self.parameters[name]}}


ACTIONS = {"RunInstances": Endpoint.run_instances,
           "DescribeInstances": Endpoint.describe_instances,
           "TerminateInstances": Endpoint.terminate_instances,
           "DescribeVolumes": Endpoint.describe_volumes, "DeleteVolume": Endpoint.delete_volume}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        endpoint = self.server.endpoint
        if self.headers.get("X-Amz-Target") == "AmazonSSM.GetParameter":
            try:
                return self.send(200, json.dumps(endpoint.parameter(json.loads(body)["Name"])),
                                 "application/x-amz-json-1.1")
            except Refusal as refusal:
                return self.send(400, json.dumps({"__type": refusal.code}),
                                 "application/x-amz-json-1.1")
        asked = dict(urllib.parse.parse_qsl(body))
        try:
            text = endpoint.answer(asked)
        except Refusal as refusal:
            return self.send(refusal.status, f"<Response><Errors><Error><Code>{refusal.code}</Code>"
                             f"<Message>{escape(refusal.message)}</Message></Error></Errors>"
                             "<RequestID>r</RequestID></Response>", "text/xml")
        name = f"{asked['Action']}Response"
        return self.send(200, f'<{name} xmlns="{NAMESPACE}"><requestId>r</requestId>{text}</{name}>',
                         "text/xml")

    def send(self, status, text, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass
