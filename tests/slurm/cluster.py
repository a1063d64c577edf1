"""A Slurm cluster on the loopback: munged, slurmctld and two slurmd, gone with the object."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol")
CONFIGURATION = """ClusterName=assay
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=20
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 Feature=red
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 Feature=blue
PartitionName=a Nodes=n1 MaxTime=60 State=UP PriorityTier=1 Default=YES
PartitionName=b Nodes=n2 MaxTime=60 State=UP PriorityTier=1
PartitionName=urgent Nodes=n1,n2 MaxTime=60 State=UP PriorityTier=10 PreemptMode=OFF
"""


def missing():
    """Why no cluster can be started here; empty: nothing is missing."""
    if os.geteuid() != 0:
        return "starting Slurm's daemons needs root"
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"not installed: {', '.join(lacking)} (./quickstart.sh --setup slurm)" if lacking else ""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """Owns the daemons, by their process ids, and a folder for their state."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for name in ("state", "spool-n1", "spool-n2"):
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        configuration = self.folder / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(folder=self.folder, ports=free_ports(3)))
        self.environment = {**os.environ, "SLURM_CONF": str(configuration), "LC_ALL": "C"}
        self.daemons = []
        self.start("munged", "--foreground", "--force", f"--key-file={key}",
                   f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munged.pid",
                   f"--log-file={self.folder}/munged.log", f"--seed-file={self.folder}/munge.seed")
        self.wait_for(lambda: (self.folder / "munge.socket").exists(), "munged")
        self.start("slurmctld", "-D", "-f", configuration)
        for node in ("n1", "n2"):
            self.start("slurmd", "-D", "-f", configuration, "-N", node)
        self.wait_for(lambda: self.nodes() == {"idle"}, "both nodes")

    def start(self, *command):
        with open(self.folder / f"{command[0]}-{len(self.daemons)}.out", "wb") as out:
            self.daemons.append(subprocess.Popen([str(part) for part in command], stdout=out,
                                                 stderr=out, env=self.environment))

    def nodes(self):
        done = subprocess.run(["sinfo", "-h", "-N", "-o", "%T"], env=self.environment, text=True,
                              capture_output=True, check=False)
        return set(done.stdout.split())

    def wait_for(self, what, words, seconds=90):
        deadline = time.monotonic() + seconds
        while not what():
            if time.monotonic() > deadline:
                logs = "".join(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}\n"
                               for log in sorted(self.folder.glob("*.log")))
                raise TimeoutError(f"waited {seconds} s for {words}\n{logs}")
            time.sleep(0.2)

    def run(self, *command, check=True):
        return subprocess.run([str(part) for part in command], env=self.environment, text=True,
                              capture_output=True, check=check).stdout

    def close(self):
        self.run("scancel", "--user=root", check=False)
        time.sleep(0.5)
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in reversed(self.daemons):
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
