"""Starts the cells of a fleet as room allows and follows them until every Result is in."""

import collections
import dataclasses
import time

from .aws import NoCapacity, QuotaReached, failure_words
from .matrix import Refused
from .screen import table

# Longer than the program's own clock: boot, EC2's own delays. What lives on is an orphan.
GRACE_MINUTES = 15
FINAL = ("done", "partial", "failed")
POWER_OFF_S = 180  # from an instance's Result to its end, before it counts as left over
FAILURES_IN_A_ROW = 20  # questions to AWS that went unanswered, before giving up


@dataclasses.dataclass
class State:
    """How far one cell is."""
    word: str = "waiting"  # waiting, running, done, partial, failed
    instance: str = ""
    zone: str = ""
    note: str = ""
    started_s: float = 0
    seen: bool = False  # DescribeInstances lags behind RunInstances


class Follower:
    """Owns the states of all cells; the screen gets a line for each change, and the table."""

    def __init__(self, fleet, plan, screen, clock=time.time):
        self.fleet, self.plan, self.screen, self.clock = fleet, plan, screen, clock
        self.states = {cell.id: State() for cell in plan.cells}
        self.cells = {cell.id: cell for cell in plan.cells}
        self.keys = {}
        self.quota_at = None  # how many instances were there when a quota was reached

    def set(self, cell_id, **changes):
        state = self.states[cell_id]
        before = dataclasses.replace(state)
        for name, value in changes.items():
            setattr(state, name, value)
        if (before.word, before.instance, before.note) != (state.word, state.instance, state.note):
            self.screen.say(f"{cell_id}: {state.word}" + "".join(
                f", {text}" for text in (state.instance, state.zone, state.note) if text))

    def adopt(self, again=()):
        """What an earlier call of the same fleet has done: Results are kept, but of the runs that
        are to be measured again; instances are followed."""
        live = {}
        for instance in self.instances():
            if instance["State"]["Name"] in ("pending", "running"):
                live[cell_of(instance)] = instance
        self.keys = self.fleet.arrived()
        for cell in self.plan.cells:
            if cell.id not in again and "result.json" in self.keys.get(cell.folder(), {}):
                self.set(cell.id, word="done", note="its Result was there already")
            elif cell.id in live:
                self.set(cell.id, word="running", instance=live[cell.id]["InstanceId"], seen=True,
                         zone=live[cell.id]["Placement"]["AvailabilityZone"],
                         started_s=live[cell.id]["LaunchTime"].timestamp(),
                         note="was started earlier")

    def instances(self):
        return self.fleet.instances(self.fleet.settings["name"])

    def waiting(self):
        return [c for c in self.plan.cells if self.states[c.id].word == "waiting"]

    def running(self):
        return [c for c in self.plan.cells if self.states[c.id].word == "running"]

    def start_some(self):
        for cell in self.waiting():
            count = len(self.running())
            if count >= self.fleet.settings["at_once"] or self.quota_at is not None:
                return
            try:
                instance, zone, why = self.fleet.start(cell, self.plan.minutes_max)
            except (NoCapacity, Refused) as error:
                self.set(cell.id, word="failed", note=str(error))
            except QuotaReached as error:
                there = holding_quota(self.instances())
                if there == 0:  # nothing will end and make room
                    self.set(cell.id, word="failed", note=str(error))
                    continue
                self.set(cell.id, note=f"waits until one ends ({error})")
                self.quota_at = there
            except Exception as error:
                words = failure_words(error)
                if words is None:
                    raise
                self.set(cell.id, word="failed", note=words)
            else:
                self.set(cell.id, word="running", instance=instance, zone=zone,
                         started_s=self.clock(), note=f"instead of {why}" if why else "")

    def look(self):
        """Instances first, then the bucket: what an ended instance sent is seen."""
        instances = self.instances()
        alive = {i["InstanceId"]: i for i in instances}
        self.keys = self.fleet.arrived()
        for cell in self.running():
            state, names = self.states[cell.id], self.keys.get(cell.folder(), {})
            instance = alive.get(state.instance)
            state.seen = state.seen or instance is not None
            ended = instance["State"]["Name"] not in ("pending", "running") if instance \
                else state.seen
            if "result.json" in names:
                self.set(cell.id, word="done", note="")
            elif ended:
                self.set(cell.id, word="partial" if "result-partial.json" in names else "failed",
                         note=why_ended(instance, names))
            elif self.clock() - state.started_s > 60 * (self.plan.minutes_max + GRACE_MINUTES):
                self.set(cell.id, word="failed",
                         note="it should have ended by now: see --orphans, --reap")
        if self.quota_at is not None and holding_quota(instances) < self.quota_at:
            self.quota_at = None

    def counts(self):
        counted = collections.Counter(state.word for state in self.states.values())
        return ", ".join(f"{counted[word]} {word}" for word in ("done", "partial", "failed",
                                                                "running", "waiting")
                         if counted[word])

    def rows(self):
        """Of the progress table; minutes of what runs."""
        return [(cell_id, state.word,
                 f"{(self.clock() - state.started_s) / 60:.0f}" if state.word == "running" else "",
                 state.instance, state.zone, state.note) for cell_id, state in self.states.items()]

    def follow(self, poll_s, sleep=time.sleep):
        """Until each cell is final. An answer that AWS does not give is asked for again."""
        failures, told = 0, ""
        while True:
            try:
                self.start_some()
                self.look()
                failures = 0
            except Exception as error:
                words = failure_words(error)
                failures += 1
                if words is None or failures == FAILURES_IN_A_ROW:
                    raise
                self.screen.say(f"asked again in {poll_s:g} s: {words}")
            if self.counts() != told:
                told = self.counts()
                self.screen.say(told)
            self.screen.draw([*table(self.rows()), told])
            if all(state.word in FINAL for state in self.states.values()):
                break
            sleep(poll_s)
        try:
            self.wait_for_power_off(poll_s, sleep)
        except Exception as error:  # nothing is lost by it: what is left over is listed
            if failure_words(error) is None:
                raise

    def wait_for_power_off(self, poll_s, sleep):
        """A Result is there before its instance is gone."""
        measured = {state.instance for state in self.states.values() if state.word != "failed"}
        begin = self.clock()
        while self.clock() - begin < POWER_OFF_S:
            on = [i for i in self.instances()
                  if i["InstanceId"] in measured and i["State"]["Name"] in ("pending", "running")]
            if not on:
                return
            self.screen.draw([*table(self.rows()), f"{len(on)} power off"])
            sleep(poll_s)


def holding_quota(instances):
    """How many of them take room in the account's quotas: one that has sent its Result still does
    until it is off."""
    return sum(i["State"]["Name"] in ("pending", "running", "shutting-down") for i in instances)


def cell_of(instance):
    return next((t["Value"] for t in instance.get("Tags", []) if t["Key"] == "assay:run"), "")


def why_ended(instance, names):
    reason = (instance or {}).get("StateReason", {}).get("Message", "")
    words = ["it ended without a whole Result"] + [reason] * bool(reason)
    if "assay.log" in names:
        words.append(f"its log is {names['assay.log']}")
    else:
        words.append("no log came: aws ec2 get-console-output may say why")
    return "; ".join(words)
