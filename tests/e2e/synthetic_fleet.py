"""Results of machines that do not exist, drawn around one real short run. They say SYNTHETIC."""

import copy
import json
import random


def scaled(result, factor, noise, generator):
    """The Result with every rate times `factor`, every latency divided by it, and noise."""
    for case in result["cases"]:
        for metric in case["metrics"]:
            change = factor if metric["direction"] == "higher-is-better" else 1 / factor
            if metric["direction"] == "informative":
                continue
            metric["value"] = abs(metric["value"] * change * generator.gauss(1, noise))
    return result


def write_fleet(directory, result, instance_type, machines, factor=1.0, noise=0.02, seed=1, runs=1,
                edit=lambda one: None):
    """directory/TYPE-N-R/result.json for each machine and run; the directories."""
    generator = random.Random(f"{seed} {instance_type}")
    written = []
    for machine in range(machines):
        own = generator.gauss(1, noise) * factor
        for run in range(runs):
            one = scaled(copy.deepcopy(result), own, noise / 4, generator)
            one.pop("integrity", None)  # what was sealed is not this
            identity = one["host"]["identity"]
            identity["sys_vendor"] = "SYNTHETIC, not a measurement"
            identity["product_name"] = instance_type
            identity["board_asset_tag"] = f"i-{instance_type}-{machine}"
            edit(one)
            folder = directory / f"{instance_type}-{machine}-{run}"
            folder.mkdir(parents=True)
            (folder / "result.json").write_text(json.dumps(one))
            written.append(folder)
    return written
