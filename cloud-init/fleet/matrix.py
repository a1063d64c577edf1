"""The matrix file: read, checked, spread out into cells. A cell is one instance to be measured."""

import dataclasses
import difflib
import itertools
import math
import re
import tomllib


class Refused(Exception):
    """What was asked for cannot work; the words say what to type instead."""


# What EC2 sells of each volume type: (least, most) IOPS and MiB/s, IOPS a GiB, the most GiB.
VOLUME_TYPES = {"gp3": ((3000, 80000), (125, 2000), 500, 65536),
                "io2": ((100, 256000), None, 1000, 65536)}
DEVICES = "fghijklmnop"  # /dev/sd[f-p]: the names EC2 recommends for data volumes
MARKETS = ("on-demand", "spot", "capacity-block")
# Architectures, as EC2 calls them, and as the name of a bundle does.
BUNDLES = {"x86_64": "x86_64", "arm64": "aarch64"}
TOP_KEYS = {"name": str, "region": str, "bucket": str, "prefix": str, "bundle": str, "sha256": str,
            "bundle_arm64": str, "sha256_arm64": str, "suite": str, "image": str,
            "image_arm64": str, "budget_usd": (int, float), "budget_instances": int,
            "at_once": int, "max_minutes": int, "overwrite_instance_store": bool,
            "need_class": str, "instance_profile": str, "security_group": str, "subnets": dict,
            "capacity_reservation": str, "tags": dict, "prices": dict, "volumes": dict,
            "matrix": list}
ROW_KEYS = {"types": list, "zones": list, "repeats": int, "market": (str, list), "volumes": list}
VOLUME_KEYS = {"type": str, "count": (int, str), "gib": int, "iops": int, "mbps": int, "cards": int}
NEEDED = ("name", "region", "bucket", "budget_usd", "budget_instances", "matrix")
AMAZON_LINUX = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-"
DEFAULTS = {"prefix": "assay", "bundle": "", "sha256": "", "bundle_arm64": "", "sha256_arm64": "",
            "image": AMAZON_LINUX + "x86_64", "image_arm64": AMAZON_LINUX + "arm64",
            "suite": "standard", "at_once": 20, "max_minutes": 0,
            "overwrite_instance_store": True, "need_class": "", "instance_profile": "",
            "security_group": "", "subnets": {}, "capacity_reservation": "", "tags": {},
            "prices": {}, "volumes": {}}


@dataclasses.dataclass(frozen=True)
class Volumes:
    """Data volumes of one instance, all alike. mbps is in MiB/s, as EC2 counts; of io2, which is
    not sold by it, what its IOPS give."""
    name: str
    type: str
    count: int | str  # "auto": as many as reach the instance's limit
    gib: int
    iops: int
    mbps: int
    cards: int

    def notes(self):
        """--volume-note of each."""
        bought = f" mbps={self.mbps}" if self.type == "gp3" else ""
        return [f"sd{d} {self.type} iops={self.iops}{bought}" for d in DEVICES[:self.count]]


@dataclasses.dataclass(frozen=True)
class Cell:
    """One instance to be measured. Its id is the same each time the file is read."""
    id: str
    type: str
    market: str
    volumes: Volumes | None
    zones: tuple  # the planned one first, then those to try when EC2 has no capacity

    def folder(self):
        """Below the fleet's prefix; the names are columns to DuckDB, Athena and Spark."""
        return f"family={self.type.partition('.')[0]}/type={self.type}/run={self.id}"


def check_keys(table, known, where):
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            raise Refused(f"{where}: there is no '{key}'" +
                          (f"; did you mean '{near[0]}'?" if near else f"; keys: {', '.join(known)}"))
        kinds = known[key] if isinstance(known[key], tuple) else (known[key],)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise Refused(f"{where}: {key} is to be {' or '.join(k.__name__ for k in kinds)}, "
                          f"not {value!r}")


def within(value, limits, words):
    if not limits[0] <= value <= limits[1]:
        raise Refused(f"{words}: {value} is not within {limits[0]} to {limits[1]}")
    return value


def read_volumes(name, table):
    where = f"[volumes.{name}]"
    check_keys(table, VOLUME_KEYS, where)
    if not re.fullmatch(r"[a-z0-9-]{1,24}", name):
        raise Refused(f"{where}: the name is part of each run's; use a-z, 0-9 and -")
    kind = table.get("type", "gp3")
    if kind not in VOLUME_TYPES:
        raise Refused(f"{where}: type '{kind}'; this launches {' and '.join(VOLUME_TYPES)}")
    iops_limits, mbps_limits, iops_a_gib, gib_most = VOLUME_TYPES[kind]
    iops = within(table.get("iops", 3000), iops_limits, f"{where}: iops")
    if mbps_limits:
        mbps = within(table.get("mbps", 125), mbps_limits, f"{where}: mbps (MiB/s)")
    elif "mbps" in table:
        raise Refused(f"{where}: {kind} is not sold by MiB/s; leave mbps out")
    else:
        mbps = int(min(4000, iops * 0.256))  # AWS, "Provisioned IOPS SSD volumes": io2 Block Express
    least = math.ceil(iops / iops_a_gib)
    gib = within(table.get("gib", max(least, 100)), (1, gib_most), f"{where}: gib")
    if gib < least:
        raise Refused(f"{where}: {kind} of {gib} GiB cannot have {iops} IOPS; give gib = {least} or "
                      "more")
    count = table.get("count", 1)
    if count != "auto":
        if isinstance(count, str):
            raise Refused(f"{where}: count is a number or \"auto\"")
        within(count, (1, len(DEVICES)), f"{where}: count")
    cards = within(table.get("cards", 1), (1, 16), f"{where}: cards")
    return Volumes(name, kind, count, gib, iops, mbps, cards)


def sized(volumes, limits):
    """`volumes` with a number for "auto": as many as give what the instance takes at most, as far
    as there are device names. `limits` is (IOPS, bytes a second) or holds None."""
    if volumes is None or volumes.count != "auto":
        return volumes
    wanted = 1
    for limit, each in zip(limits, (volumes.iops, volumes.mbps << 20)):
        wanted = max(wanted, math.ceil((limit or 0) / each))
    return dataclasses.replace(volumes, count=min(wanted, len(DEVICES)))


def strings(values, pattern, where):
    for value in values:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise Refused(f"{where}: {value!r} is not one")
    return values


def read(text, source):
    """The settings of a matrix file, with defaults filled in."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{source}: {error}") from None
    return check(document, source)


def check(document, source):
    check_keys(document, TOP_KEYS, source)
    missing = [key for key in NEEDED if key not in document]
    if missing:
        raise Refused(f"{source}: {', '.join(missing)} must be given")
    settings = {**DEFAULTS, **document, "prefix": document.get("prefix", "assay").strip("/")}
    strings([settings["name"]], r"[a-z0-9][a-z0-9-]{0,39}", f"{source}: name (a-z, 0-9, -)")
    strings([settings["region"]], r"[a-z]{2}(-[a-z]+)+-\d+", f"{source}: region")
    strings([settings["bucket"]], r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", f"{source}: bucket")
    strings([settings["prefix"]], r"[A-Za-z0-9/_.-]{1,200}", f"{source}: prefix")
    for key in ("budget_usd", "budget_instances", "at_once"):
        within(settings[key], (1e-9 if key == "budget_usd" else 1, 1e6), f"{source}: {key}")
    for name, price in settings["prices"].items():
        if isinstance(price, bool) or not isinstance(price, (int, float)) or price < 0:
            raise Refused(f"{source}: [prices] {name}: give dollars an hour")
    settings["volumes"] = {name: read_volumes(name, table)
                           for name, table in settings["volumes"].items()}
    settings["matrix"] = [read_row(row, f"{source}: [[matrix]] {number}", settings)
                          for number, row in enumerate(settings["matrix"], 1)]
    return settings


def read_row(row, where, settings):
    if not isinstance(row, dict):
        raise Refused(f"{where}: write [[matrix]] and keys below it")
    check_keys(row, ROW_KEYS, where)
    row = {"zones": [], "repeats": 1, "market": "on-demand", "volumes": [], **row}
    if not row.get("types"):
        raise Refused(f"{where}: types must be given, such as types = [\"i4i.xlarge\"]")
    strings(row["types"], r"[a-z][a-z0-9-]*\.[a-z0-9-]+", f"{where}: types")
    strings(row["zones"], re.escape(settings["region"]) + "[a-z]",
            f"{where}: zones (names in {settings['region']})")
    within(row["repeats"], (1, 1000), f"{where}: repeats")
    if isinstance(row["market"], str):
        row["market"] = [row["market"]]
    for market in row["market"]:
        if market not in MARKETS:
            raise Refused(f"{where}: market '{market}'; there are {', '.join(MARKETS)}")
    if "capacity-block" in row["market"] and not settings["capacity_reservation"]:
        raise Refused(f"{where}: a capacity block needs capacity_reservation = \"cr-...\"")
    for name in row["volumes"]:
        if name != "none" and name not in settings["volumes"]:
            raise Refused(f"{where}: there is no [volumes.{name}]")
    if settings["subnets"] and not set(row["zones"] or [None]) <= set(settings["subnets"]):
        raise Refused(f"{where}: with [subnets], each zone of zones needs a line there")
    return row


def of_architecture(settings, name, architecture):
    """What `bundle`, `sha256` or `image` is for instances of an architecture."""
    return settings[name if architecture == "x86_64" else f"{name}_{architecture}"]


def check_software(settings, kind, architecture):
    """That there is a bundle and an image which type `kind` can start."""
    if architecture not in BUNDLES:
        raise Refused(f"{kind} is {architecture}: there is no bundle for it")
    ending = "" if architecture == "x86_64" else f"_{architecture}"
    bundle = of_architecture(settings, "bundle", architecture)
    if not bundle:
        raise Refused(f"{kind} is {architecture}: give bundle{ending}, the bundle for "
                      f"{BUNDLES[architecture]}")
    named = re.search(r"-linux-(x86_64|aarch64)\.tar\.gz", bundle)
    if named and named.group(1) != BUNDLES[architecture]:
        raise Refused(f"{kind} is {architecture}, and {bundle} is for {named.group(1)}")
    if "://" in bundle and not of_architecture(settings, "sha256", architecture):
        raise Refused(f"sha256{ending} of the bundle must be given, as it is no file here")
    if architecture == "arm64" and settings["image"] != DEFAULTS["image"] and \
            settings["image_arm64"] == DEFAULTS["image_arm64"]:
        raise Refused(f"{kind} is arm64, and image is for x86_64: give image_arm64 too")


def cells(settings, limits_of):
    """Every instance to be measured. `repeats` is for each zone; instances of one type, market and
    volumes are numbered through, since the zone that one gets is EC2's last word.
    `limits_of(type)` is what `sized` takes."""
    all_cells, numbers = [], {}
    for row in settings["matrix"]:
        for kind, market, volumes in itertools.product(
                row["types"], row["market"], row["volumes"] or ["none"]):
            chosen = sized(settings["volumes"].get(volumes), limits_of(kind))
            name = "-".join([kind] + [market] * (market != "on-demand") +
                            [volumes] * (volumes != "none"))
            for at in range(row["repeats"] * max(1, len(row["zones"]))):
                turn = at % max(1, len(row["zones"]))
                numbers[name] = numbers.get(name, 0) + 1
                all_cells.append(Cell(f"{name}-{numbers[name]:02}", kind, market, chosen,
                                      tuple(row["zones"][turn:] + row["zones"][:turn])))
    return all_cells
