"""EC2, S3 and SSM, as far as a fleet needs them; errors in words."""

import dataclasses
import datetime
import hashlib
import os
import pathlib
import subprocess
import tempfile
import time
import uuid

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .matrix import DEVICES, Refused, of_architecture

TAG_FLEET, TAG_CELL = "assay:fleet", "assay:run"
LIVE = ("pending", "running", "shutting-down", "stopping", "stopped")
# Another zone may have what this one lacks.
CAPACITY = {"InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientCapacity",
            "InsufficientReservedInstanceCapacity", "InsufficientVolumeCapacity", "Unsupported",
            "SpotMaxPriceTooLow"}
# The account's; no zone of the region helps, but an instance that ends does.
QUOTA = {"VcpuLimitExceeded", "InstanceLimitExceeded", "MaxSpotInstanceCountExceeded",
         "VolumeLimitExceeded", "MaxIOPSLimitExceeded"}
BUSY = {"RequestLimitExceeded", "Throttling", "InternalError", "InternalFailure", "Unavailable",
        "ServiceUnavailable"}
LAUNCH_ATTEMPTS = 5
UPLOADS = {"result": "result.json", "partial": "result-partial.json", "report": "report.html",
           "journal": "journal.ndjson", "log": "assay.log"}


class NoCapacity(Exception):
    """In none of a cell's zones."""


class QuotaReached(Exception):
    """The words name the quota."""


def in_words(error):
    """What an operator can do about an error of botocore."""
    if not isinstance(error, ClientError):
        return f"{error} (credentials are looked for as the AWS command line does: " \
               "AWS_ACCESS_KEY_ID, AWS_PROFILE, ~/.aws, the role of this instance)"
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    action = error.operation_name
    hints = {"UnauthorizedOperation": f"; these credentials may not {action}",
             "AccessDenied": f"; these credentials may not {action}",
             "AuthFailure": "; the credentials are wrong, or the clock is off",
             "VcpuLimitExceeded": "; this is a quota of the account: ask for more under Service "
                                  "Quotas (EC2, Running On-Demand or Spot instances), or wait",
             "NoSuchBucket": "; make the bucket first, in the region of the matrix",
             "VPCIdNotSpecified": "; this account has no default VPC: give [subnets] a line for "
                                  "each zone"}
    if code in QUOTA and code not in hints:
        hints[code] = "; this is a quota of the account: ask for more under Service Quotas"
    return f"{action}: {code}: {message}{hints.get(code, '')}"


def lacking_fields(ec2, cells):
    """In words, what the cells need and this botocore does not know; empty: nothing."""
    shape = ec2.meta.service_model.operation_model("RunInstances").input_shape
    ebs = shape.members["BlockDeviceMappings"].member.members["Ebs"]
    markets = shape.members["InstanceMarketOptions"].members["MarketType"].enum
    here = f"botocore {botocore.__version__} is installed"
    if any(c.volumes and c.volumes.cards > 1 for c in cells) and \
            "EbsCardIndex" not in ebs.members:
        return f"cards: EbsCardIndex is in EC2's API since 2026-01-21 and in botocore 1.43.11; " \
               f"{here}: install a newer one (pip install boto3, in a virtual environment)"
    if any(c.market == "capacity-block" for c in cells) and "capacity-block" not in markets:
        return f"capacity-block is in EC2's API since 2023-10-31 and in botocore 1.43.11; {here}: " \
               "install a newer one (pip install boto3, in a virtual environment)"
    return ""


def launch_request(settings, cell, zone, image, user_data):
    """What RunInstances takes for one cell."""
    tags = [{"Key": key, "Value": str(value)} for key, value in
            {**settings["tags"], TAG_FLEET: settings["name"], TAG_CELL: cell.id,
             "Name": f"assay {settings['name']} {cell.id}"}.items()]
    request = {
        "ImageId": image, "InstanceType": cell.type, "MinCount": 1, "MaxCount": 1,
        "UserData": user_data, "InstanceInitiatedShutdownBehavior": "terminate",
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled",
                            "HttpPutResponseHopLimit": 1},
        "TagSpecifications": [{"ResourceType": kind, "Tags": tags}
                              for kind in ("instance", "volume")]}
    if cell.volumes:
        request["BlockDeviceMappings"] = [device_mapping(cell.volumes, at)
                                          for at in range(cell.volumes.count)]
    if zone and zone in settings["subnets"]:
        request["SubnetId"] = settings["subnets"][zone]
    elif zone:
        request["Placement"] = {"AvailabilityZone": zone}
    if settings["security_group"]:
        request["SecurityGroupIds"] = [settings["security_group"]]
    if settings["instance_profile"]:
        request["IamInstanceProfile"] = {"Name": settings["instance_profile"]}
    if cell.market == "spot":
        request["InstanceMarketOptions"] = {"MarketType": "spot", "SpotOptions": {
            "SpotInstanceType": "one-time", "InstanceInterruptionBehavior": "terminate"}}
    if cell.market == "capacity-block":
        request["InstanceMarketOptions"] = {"MarketType": "capacity-block"}
        request["CapacityReservationSpecification"] = {"CapacityReservationTarget": {
            "CapacityReservationId": settings["capacity_reservation"]}}
    return request


def device_mapping(volumes, at):
    ebs = {"VolumeType": volumes.type, "VolumeSize": volumes.gib, "Iops": volumes.iops,
           "DeleteOnTermination": True}
    if volumes.type == "gp3":
        ebs["Throughput"] = volumes.mbps
    if volumes.cards > 1:
        ebs["EbsCardIndex"] = at % volumes.cards
    return {"DeviceName": f"/dev/sd{DEVICES[at]}", "Ebs": ebs}


@dataclasses.dataclass(frozen=True)
class Software:
    """What instances of one architecture are started with. The bundle lies in a bucket, or
    anybody may fetch it by its URL."""
    image: str
    bundle_bucket: str
    bundle_key: str  # without a bucket: the URL
    bundle_sha256: str


class Fleet:
    """The AWS side of one fleet: its clients, its images and its bundles, found once."""

    def __init__(self, settings, assay):
        self.settings, self.assay = settings, assay
        self.prefix = f"{settings['prefix']}/{settings['name']}/"
        self.software = {}  # by type
        self.connect()

    def connect(self):
        """Clients with the credentials that are to be had now."""
        self.session = boto3.Session(region_name=self.settings["region"])
        self.ec2, self.s3 = self.client("ec2"), self.client("s3")
        self.launcher = self.client("ec2", attempts=1)

    def client(self, service, attempts=6):
        # The variables are those that newer botocore and assay itself read.
        endpoint = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}",
                                  os.environ.get("AWS_ENDPOINT_URL"))
        style = "path" if endpoint else "virtual"
        if service == "s3" and not endpoint:
            # Else URLs are presigned for the host of all regions, which redirects to the bucket's
            # own while that is young; a signature does not survive it.
            endpoint = self.session.client("s3").meta.endpoint_url
        return self.session.client(service, endpoint_url=endpoint, config=Config(
            signature_version="s3v4" if service == "s3" else "v4", s3={"addressing_style": style},
            retries={"mode": "standard", "max_attempts": attempts}))

    def prepare(self, cells, minutes_max, architecture_of):
        """All that can be found wrong before an instance costs money. `architecture_of(type)` is
        the catalog's."""
        words = lacking_fields(self.ec2, cells)
        if words:
            raise Refused(words)
        self.check_session(minutes_max)
        self.s3.list_objects_v2(Bucket=self.settings["bucket"], Prefix=self.prefix)  # may it?
        self.software = self.find_software({c.type for c in cells}, architecture_of)
        for cell in {(c.type, c.market): c for c in cells}.values():
            request = launch_request(self.settings, cell, cell.zones[0] if cell.zones else None,
                                     self.software[cell.type].image, "#cloud-config\n")
            try:
                self.ec2.run_instances(**request, DryRun=True)
            except ClientError as error:
                if error.response["Error"]["Code"] not in {"DryRunOperation"} | CAPACITY | QUOTA:
                    raise

    def session_minutes(self):
        """How long these credentials live; None where they do not tell an end."""
        credentials = self.session.get_credentials()
        if credentials is None:
            raise Refused("there are no AWS credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID")
        end = getattr(credentials, "_expiry_time", None)  # botocore has no public name for it
        if end is None:
            return None
        return (end - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 60

    def check_session(self, minutes_max):
        """URLs die with the session that signed them: a new one is taken where one is to be had."""
        if self.settings["instance_profile"]:
            return
        left, needed = self.session_minutes(), minutes_max + 10
        if left is not None and left < needed:
            self.connect()
            left = self.session_minutes()
        if left is not None and left < needed:
            raise Refused(f"these credentials end in {left:.0f} min, and URLs signed with them "
                          f"too; a run may take {needed}: take a longer session or long-term keys, "
                          "or give instance_profile")

    def find_software(self, types, architecture_of):
        """Software by type; that of an architecture is found and brought to its place once."""
        architectures = {kind: architecture_of(kind) for kind in types}
        found = {architecture: Software(self.find_image(architecture),
                                        *self.place_bundle(architecture))
                 for architecture in sorted(set(architectures.values()))}
        return {kind: found[architecture] for kind, architecture in architectures.items()}

    def find_image(self, architecture):
        """The AMI. A name in SSM is looked up once: all get the same, also tomorrow's ones."""
        image = of_architecture(self.settings, "image", architecture)
        if not image.startswith("resolve:ssm:"):
            return image
        name = image.removeprefix("resolve:ssm:")
        return self.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]

    def place_bundle(self, architecture):
        """(bucket, key, SHA-256). A file is brought into the bucket once; its name there is its
        SHA-256."""
        bundle = of_architecture(self.settings, "bundle", architecture)
        sha256 = of_architecture(self.settings, "sha256", architecture)
        bucket, key = self.settings["bucket"], ""
        if bundle.startswith("https://") or bundle.startswith("http://"):
            return "", bundle, sha256
        if bundle.startswith("s3://"):
            bucket, _, key = bundle[5:].partition("/")
        else:
            data = pathlib.Path(bundle).read_bytes()
            sha256 = hashlib.sha256(data).hexdigest()
            key = f"{self.settings['prefix']}/bundles/{sha256}.tar.gz"
            found = self.s3.list_objects_v2(Bucket=bucket, Prefix=key)
            if not found.get("KeyCount"):
                self.s3.put_object(Bucket=bucket, Key=key, Body=data)
        return bucket, key, sha256

    def presigned(self, action, bucket, key, minutes):
        return self.s3.generate_presigned_url(
            action, Params={"Bucket": bucket, "Key": key}, ExpiresIn=min(minutes, 7 * 1440) * 60)

    def user_data(self, cell, minutes_max):
        """From the program itself, with URLs of this cell alone."""
        folder, software = self.prefix + cell.folder(), self.software[cell.type]
        url = software.bundle_key
        if software.bundle_bucket:  # signed for each instance: it may start hours after the first
            url = self.presigned("get_object", software.bundle_bucket, url, minutes_max + 60)
        bundle = url, software.bundle_sha256
        if self.settings["instance_profile"]:
            return user_data(self.assay, self.settings, cell, *bundle,
                             f"s3://{self.settings['bucket']}/{folder}")[0]
        with tempfile.NamedTemporaryFile("w", prefix="assay-urls-") as file:  # mode 600
            for word, name in UPLOADS.items():
                url = self.presigned("put_object", self.settings["bucket"], f"{folder}/{name}",
                                     minutes_max + 30)
                file.write(f"{word} {url}\n")
            file.flush()
            return user_data(self.assay, self.settings, cell, *bundle, file.name)[0]

    def start(self, cell, minutes_max):
        """(instance's id, zone, why not the planned zone) of a new instance for the cell."""
        self.check_session(minutes_max)
        data, refusals = self.user_data(cell, minutes_max), []
        for zone in cell.zones or (None,):
            try:
                answer = self.launch(
                    launch_request(self.settings, cell, zone, self.software[cell.type].image, data))
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in QUOTA:
                    raise QuotaReached(in_words(error)) from None
                if code not in CAPACITY:
                    raise
                refusals.append(f"{zone or 'no zone'}: {code}")
                continue
            [instance] = answer["Instances"]
            return instance["InstanceId"], instance["Placement"]["AvailabilityZone"], \
                "; ".join(refusals)
        raise NoCapacity("no capacity (" + "; ".join(refusals) + ")")

    def launch(self, request):
        """RunInstances; asked again with the same token, so that an answer that was lost does not
        make a second instance. Not by botocore: EC2 answers "no capacity" with a 500, and botocore
        would ask the same zone for minutes."""
        request["ClientToken"] = str(uuid.uuid4())
        for attempt in range(LAUNCH_ATTEMPTS):
            try:
                return self.launcher.run_instances(**request)
            except (ClientError, BotoCoreError) as error:
                code = error.response["Error"]["Code"] if isinstance(error, ClientError) else "no"
                if code not in BUSY | {"no"} or attempt + 1 == LAUNCH_ATTEMPTS:
                    raise
                time.sleep(2 ** attempt)

    def instances(self, name=None):
        """Instances of this fleet, or of `name`, or (None) of all that carry the tag."""
        own = {"Name": f"tag:{TAG_FLEET}", "Values": [name]} if name else \
            {"Name": "tag-key", "Values": [TAG_FLEET]}
        pages = self.ec2.get_paginator("describe_instances").paginate(Filters=[own])
        return [i for page in pages for r in page["Reservations"] for i in r["Instances"]]

    def loose_volumes(self, name=None):
        own = {"Name": f"tag:{TAG_FLEET}", "Values": [name]} if name else \
            {"Name": "tag-key", "Values": [TAG_FLEET]}
        pages = self.ec2.get_paginator("describe_volumes").paginate(
            Filters=[own, {"Name": "status", "Values": ["available"]}])
        return [volume for page in pages for volume in page["Volumes"]]

    def arrived(self):
        """{cell's folder: {name: key}} of what is in the bucket. With a role there is one folder
        more, the instance's; the last one then counts."""
        found = {}
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.settings["bucket"], Prefix=self.prefix)
        for key in sorted(o["Key"] for page in pages for o in page.get("Contents", [])):
            parts = key[len(self.prefix):].split("/")
            if len(parts) > 3 and parts[2].startswith("run="):
                found.setdefault("/".join(parts[:3]), {})[parts[-1]] = key
        return found

    def set_aside(self, cell, kept):
        """The cell's whole Results are called `kept` from now on."""
        bucket = self.settings["bucket"]
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=f"{self.prefix}{cell.folder()}/")
        for key in [o["Key"] for page in pages for o in page.get("Contents", [])]:
            folder, _, name = key.rpartition("/")
            if name == "result.json":
                body = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
                self.s3.put_object(Bucket=bucket, Key=f"{folder}/{kept}", Body=body)
                self.s3.delete_object(Bucket=bucket, Key=key)

    def put(self, name, data):
        self.s3.put_object(Bucket=self.settings["bucket"], Key=self.prefix + name, Body=data)

    def fetch(self, key, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        body = self.s3.get_object(Bucket=self.settings["bucket"], Key=key)["Body"].read()
        part = path.with_suffix(".part")
        part.write_bytes(body)
        part.rename(path)  # whole or not there


def user_data(assay, settings, cell, bundle_url, bundle_sha256, upload):
    """What `assay user-data` prints, and what it notes about it; its refusal is the fleet's."""
    arguments = ["--suite", settings["suite"], "--bundle", bundle_url, "--sha256", bundle_sha256,
                 "--upload", upload, "--tag", f"fleet={settings['name']}", "--tag", f"run={cell.id}"]
    if settings["max_minutes"]:
        arguments += ["--max-minutes", str(settings["max_minutes"])]
    if settings["need_class"]:
        arguments += ["--need-class", settings["need_class"]]
    store = settings["overwrite_instance_store"]
    arguments += ["--allow-write", "instance-store"] if store else ["--no-instance-store"]
    if cell.volumes:
        for note in cell.volumes.notes():
            arguments += ["--volume-note", note, "--allow-write", f"ebs:{note.split()[0]}"]
    done = subprocess.run([assay, "user-data", *arguments], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Refused(f"{cell.id}: {done.stderr.strip().removeprefix('assay: ')}")
    return done.stdout, done.stderr.strip().removeprefix("assay: note: ")


def failure_words(error):
    """Of anything this module's calls throw; None where it is no error of theirs."""
    return in_words(error) if isinstance(error, (ClientError, BotoCoreError)) else None
