"""What a fleet costs at most and what it can show, said before anything is started."""

import collections
import json
import subprocess

from .matrix import MARKETS, Refused, cells

HOURS_A_MONTH = 730  # EBS is sold by the month
BOOT_MINUTES = 3     # boot and download, before the clock of --max-minutes runs
# What a suite takes; the README has the same. sustained: the longer end.
SUITE_MINUTES = {"quick": 2, "standard": 20, "sustained": 480, "engines": 5, "gpu": 20,
                 "high-memory": 20, "hpc": 20}
VERDICT, INDICATION = 6, 3  # instances a side, as `assay compare` takes them


class Catalog:
    """What `assay catalog show` says of types; the matrix's own [prices] come first."""

    def __init__(self, assay, prices, region):
        self.assay, self.prices, self.region = assay, prices, region
        self.documents = {}

    def document(self, kind):
        if kind not in self.documents:
            done = subprocess.run([self.assay, "catalog", "show", kind, "--json"], text=True,
                                  capture_output=True, check=False)
            if done.returncode != 0:
                raise Refused(done.stderr.strip().removeprefix("assay: "))
            self.documents[kind] = json.loads(done.stdout)
        return self.documents[kind]

    def row(self, kind):
        for row in self.document(kind)["types"]:
            if row["type"] == kind:
                return row
        raise Refused(f"'{kind}' is a family; give types, such as {kind}.xlarge")

    def architecture(self, kind):
        """As EC2 says: x86_64 or arm64."""
        return self.row(kind)["architecture"]

    def limits(self, kind):
        """(IOPS, bytes a second) of EBS that the instance takes at most."""
        row = self.row(kind)
        return row.get("ebs_max_iops"), row.get("ebs_max_bytes_per_s")

    def price(self, kind):
        """($/h on demand, where it is from)."""
        if kind in self.prices:
            return float(self.prices[kind]), "the matrix file"
        found = [p for p in self.document(kind)["prices"] if p["option"] == "on-demand"]
        found.sort(key=lambda p: p["region"] != self.region)
        if not found:
            raise Refused(f"there is no price of {kind} in the catalog, so that no budget can be "
                          f"kept; give it: [prices] \"{kind}\" = DOLLARS_AN_HOUR")
        source = f"{found[0]['region']}, {found[0]['date']}"
        if found[0]["region"] != self.region:
            source += f", NOT of {self.region}, where it may be higher: [prices] says what it is"
        return found[0]["usd_per_hour"], source

    def flat_row(self, kind):
        """One line of types.ndjson, which queries.sql joins with the rows of a fleet."""
        row = self.row(kind)
        price, source = self.price(kind)
        return {"type": kind, "family": kind.partition(".")[0], "vcpus": row["vcpus"],
                "memory_bytes": row["memory_bytes"], "gpus": row["gpus"], "usd_per_hour": price,
                "price_source": source, "store_read_iops": row.get("read_iops"),
                "store_write_iops": row.get("write_iops"),
                **{name: row.get(name) for name in ("ebs_base_iops", "ebs_max_iops",
                                                "ebs_base_bytes_per_s", "ebs_max_bytes_per_s")}}

    def volumes_price(self, kind, volumes):
        """($/h of all data volumes, what has no price in words). As reports/catalog/ebs_price."""
        if volumes is None:
            return 0.0, ""
        row = next((v for v in self.document(kind)["ebs"] if v["volume_type"] == volumes.type), {})
        month = volumes.gib * row.get("per_gib_month", 0)
        missing = [] if "per_gib_month" in row else ["GiB"]
        done = row.get("free_iops", 0)
        for up_to, dollars in row.get("iops_tiers", []):
            part = min(volumes.iops, up_to) - done
            if part > 0:
                month, done = month + part * dollars, done + part
        if volumes.iops > done:
            missing.append("IOPS")
        above = volumes.mbps - row.get("free_bytes_per_s", 0) / (1 << 20)
        if volumes.type == "gp3" and above > 0:
            if "per_mib_per_s_month" in row:
                month += above * row["per_mib_per_s_month"]
            else:
                missing.append("MiB/s")
        return volumes.count * month / HOURS_A_MONTH, ", ".join(missing)


def ebs_words(row, volumes):
    """Whether the data volumes can reach what the instance takes from EBS."""
    if volumes is None:
        return "-"
    given = (volumes.count * volumes.iops, volumes.count * volumes.mbps * (1 << 20))
    words = f"{volumes.count} x {volumes.type} {volumes.gib} GiB: "
    names = ("iops", "bytes_per_s")
    if any(row.get(f"ebs_max_{name}") is None for name in names):
        return words + "the instance's limit is not in the catalog"
    short = {part: [f"{have / scale:,.0f} of {row[f'ebs_{part}_{name}'] / scale:,.0f} {unit}"
                    for name, have, scale, unit in zip(names, given, (1, 1e6), ("IOPS", "MB/s"))
                    if have < (row.get(f"ebs_{part}_{name}") or 0)] for part in ("base", "max")}
    if not short["max"]:
        return words + "reach the instance's limit"
    if not short["base"]:
        return words + "reach its baseline; CANNOT reach its maximum: " + ", ".join(short["max"])
    return words + "CANNOT reach its baseline: " + ", ".join(short["base"])


class Plan:
    """The cells of a matrix with their cost. minutes_max and the note on it are the program's own:
    `assay user-data`."""

    def __init__(self, settings, catalog, minutes_max, note):
        self.settings, self.catalog, self.note = settings, catalog, note
        self.cells = cells(settings, catalog.limits)
        self.minutes_max = minutes_max
        self.minutes = min(SUITE_MINUTES[settings["suite"]], minutes_max) + BOOT_MINUTES
        self.groups = collections.defaultdict(list)
        for cell in self.cells:
            self.groups[cell.type, cell.market, cell.volumes].append(cell)
            if settings["suite"] == "gpu" and not catalog.row(cell.type)["gpus"]:
                raise Refused(f"{cell.type} has no GPU, and the suite is gpu: take its types out, "
                              "or another suite")
        for kind in self.unmeasured_gpus():
            if settings["suite"] == "gpu" or settings["need_class"] == "gpu":
                raise Refused(f"{kind} is arm64, and the bundle for aarch64 measures CPU and "
                              "storage only, no GPU: take another suite and need_class for it")

    def unmeasured_gpus(self):
        """Types with a GPU that their bundle has no code for."""
        return sorted({cell.type for cell in self.cells if self.catalog.row(cell.type)["gpus"] and
                       self.catalog.architecture(cell.type) != "x86_64"})

    def usd_per_hour(self, cell):
        """An upper bound: spot costs at most the price on demand, a capacity block is paid for."""
        own = 0 if cell.market == "capacity-block" else self.catalog.price(cell.type)[0]
        return own + self.catalog.volumes_price(cell.type, cell.volumes)[0]

    def usd(self, some, minutes):
        return sum(self.usd_per_hour(cell) for cell in some) * minutes / 60

    def usd_max(self, some):
        return self.usd(some, self.minutes_max + BOOT_MINUTES)

    def check_budget(self, some):
        """`some` are the cells yet to be started."""
        cost, most = self.usd_max(some), self.settings["budget_usd"]
        if cost > most:
            raise Refused(f"these {len(some)} instances can cost ${cost:.2f}, and budget_usd is "
                          f"{most:g}: raise it, or take fewer or a smaller max_minutes")
        if len(some) > self.settings["budget_instances"]:
            raise Refused(f"{len(some)} instances are to be started, and budget_instances is "
                          f"{self.settings['budget_instances']}")

    def table(self):
        lines = [("type", "market", "zones", "n", "$/h", "min", "$", "$ at most", "data volumes")]
        for (kind, market, volumes), some in self.groups.items():
            zones = sorted({cell.zones[0] for cell in some if cell.zones})
            lines.append((kind, market, ",".join(zones) or "EC2 chooses", str(len(some)),
                          f"{self.usd_per_hour(some[0]):.3f}", str(self.minutes),
                          f"{self.usd(some, self.minutes):.2f}", f"{self.usd_max(some):.2f}",
                          ebs_words(self.catalog.row(kind), volumes)))
        widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]) - 1)]
        return "\n".join("  ".join([t.ljust(w) if i < 3 else t.rjust(w) for i, (t, w) in
                                    enumerate(zip(line, widths))] + [line[-1]]) for line in lines)

    def notes(self):
        """What the figures of the table leave out or stand on."""
        used = [market for market in MARKETS if any(c.market == market for c in self.cells)]
        sources = sorted({self.catalog.price(c.type)[1] for c in self.cells
                          if c.market != "capacity-block"})
        notes = [f"prices on demand: {'; '.join(sources)}"] if sources else []
        if self.note:
            notes.append(self.note)
        if "spot" in used:
            notes.append("spot is counted at the price on demand, which it never exceeds here")
        if "capacity-block" in used:
            notes.append("a capacity block is paid for already and counted as 0")
        for (kind, _, volumes) in self.groups:
            missing = self.catalog.volumes_price(kind, volumes)[1]
            words = f"{missing} of {volumes.type} has no price in the catalog and is NOT in the " \
                    "dollars" if missing else ""
            if words and words not in notes:
                notes.append(words)
        if self.unmeasured_gpus():
            notes.append(f"of {', '.join(self.unmeasured_gpus())} CPU and storage only are "
                         "measured, no GPU: the bundle for aarch64 has no code for it")
        at_once = sorted((self.catalog.row(c.type)["vcpus"] for c in self.cells),
                         reverse=True)[:self.settings["at_once"]]
        notes.append(f"up to {len(at_once)} at once, {sum(at_once)} vCPUs: the account's quotas "
                     "must allow for them, or the rest waits")
        return notes

    def comparisons(self):
        """Which comparisons get a verdict, one line for each way to group the Results."""
        by_volumes, by_type, by_zone = ({}, {}, {})
        for cell in self.cells:
            bought = f"{cell.volumes.type}, {cell.volumes.iops} IOPS, {cell.volumes.mbps} MiB/s" \
                if cell.volumes else "no data volumes"
            for table, group, member in (
                    (by_volumes, bought, cell.type), (by_type, cell.type, bought),
                    (by_zone, f"{cell.type}, {bought}", cell.zones[0] if cell.zones else None)):
                if member:
                    counts = table.setdefault(group, collections.Counter())
                    counts[member] += 1
        lines = []
        for field, table in (("instance-type", by_volumes), ("volume-type", by_type),
                             ("az", by_zone)):
            lines += [f"--by {field}, {group}: {power_words(counts)}"
                      for group, counts in table.items() if len(counts) > 1]
        return lines or ["nothing to compare: there is one group"]

    def text(self):
        s = self.settings
        return "\n".join([
            f"fleet {s['name']}: {len(self.cells)} instances in {s['region']}, suite {s['suite']}, "
            f"{self.minutes} min each, {self.minutes_max + BOOT_MINUTES} at most",
            "", self.table(), "",
            f"all: ${self.usd(self.cells, self.minutes):.2f}, at most "
            f"${self.usd_max(self.cells):.2f}; budget: ${s['budget_usd']:g} and "
            f"{s['budget_instances']} instances", *self.notes(),
            "", "what `assay compare` can say of it (the instance is the unit):",
            *self.comparisons(), ""])


def power_words(counts):
    """Both sides of a comparison need the instances."""
    enough = [name for name, n in counts.items() if n >= VERDICT]
    some = [name for name, n in counts.items() if n >= INDICATION]

    def listed(names):
        return ", ".join(f"{name} ({counts[name]})" for name in names)

    if len(enough) > 1:
        words = "verdicts between " + listed(enough)
        rest = [name for name in counts if name not in enough]
        return words + (f"; not with {listed(rest)}: {VERDICT} each are needed" if rest else "")
    if len(some) > 1:
        rest = [name for name in counts if name not in some]
        return f"only indications between {listed(some)}: a verdict needs {VERDICT} each" + \
            (f"; nothing of {listed(rest)}" if rest else "")
    return f"no claim: {listed(counts)}; {INDICATION} each indicate, {VERDICT} each show"
