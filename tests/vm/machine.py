"""A virtual EC2 instance: QEMU with NVMe disks, driven through its monitor and its guest agent."""

import base64
import json
import pathlib
import select
import shutil
import socket
import subprocess
import tempfile
import time

import accelerator
import image

# Neither is a speed: a machine without KVM may need them.
BOOT_LIMIT_S = 420
LIFE_LIMIT_S = 2300
COMMAND_LIMIT_S = 60
MEMORY_MIB = 1536
PRODUCT = "i4i.xlarge"
IDENTITY = "type=1,manufacturer=Amazon EC2,product=" + PRODUCT + \
    ",uuid=ec2aabbc-1111-2222-3333-444455556666,serial=ec2aabbc-1111-2222-3333-444455556666"
KERNEL_LINE = f"root=PARTUUID={image.PARTITION_ID} rw console=ttyS0 panic=-1 net.ifnames=0"
ROOT_SERIAL = "vol0a0a0a0a0a0a0a0a0"


class Failed(Exception):
    """The instance did not do what every instance does: boot, answer, stop."""


class Lines:
    """One JSON document a line over a Unix socket of QEMU."""

    def __init__(self, path, limit_s=30):
        deadline = time.monotonic() + limit_s
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(str(path))
                break
            except ConnectionRefusedError:  # the name is there, and QEMU does not listen yet
                self.socket.close()
                if time.monotonic() > deadline:
                    raise Failed(f"{path}: nobody listens") from None
                time.sleep(0.05)
        self.pending = b""

    def send(self, document):
        self.socket.sendall(json.dumps(document).encode() + b"\n")

    def receive(self, limit_s):
        """The next document, or None when none came in time."""
        deadline = time.monotonic() + limit_s
        while b"\n" not in self.pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return None
            part = self.socket.recv(1 << 16)
            if not part:
                raise Failed("QEMU closed the connection")
            self.pending += part
        line, self.pending = self.pending.split(b"\n", 1)
        return json.loads(line)

    def call(self, name, limit_s=30, **arguments):
        self.send({"execute": name, "arguments": arguments})
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            answer = self.receive(deadline - time.monotonic())
            if answer and "error" in answer:
                raise Failed(f"{name}: {answer['error'].get('desc')}")
            if answer and "return" in answer:
                return answer["return"]
        raise Failed(f"{name}: no answer in {limit_s} s")


class Running:
    """A command that runs in the guest."""

    def __init__(self, agent, pid, command):
        self.agent, self.pid, self.command = agent, pid, command

    def wait(self, limit_s=COMMAND_LIMIT_S):
        """Exit code, standard output and error, once it has ended."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            status = self.agent.call("guest-exec-status", pid=self.pid)
            if status["exited"]:
                code = status.get("exitcode", -status.get("signal", 0))
                out, err = (base64.b64decode(status.get(key, "")).decode(errors="replace")
                            for key in ("out-data", "err-data"))
                return subprocess.CompletedProcess(self.command, code, out, err)
            time.sleep(0.05)
        raise Failed(f"{self.command}: still running after {limit_s} s")


class Machine:
    """One boot. `disks` are raw images: {id: (path, options of -drive)}, each a controller; `root`
    is such an image too, one that a boot leaves unchanged when not given. `devices` are more words
    for QEMU."""

    def __init__(self, made, payload, disks=None, kernel_arguments="", log_folder=None,
                 root=None, devices=(), boot_limit_s=BOOT_LIMIT_S):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="assay-vm-"))
        self.boot_limit_s = boot_limit_s
        self.console = (log_folder or self.folder) / "console.log"
        command = ["timeout", "--kill-after=5", str(LIFE_LIMIT_S), "qemu-system-x86_64",
                   *accelerator.words(made), "-smp", "2", "-m", str(MEMORY_MIB), "-nodefaults",
                   "-display", "none", "-no-reboot", "-smbios", IDENTITY,
                   "-kernel", made / "vmlinuz", "-append", f"{KERNEL_LINE} {kernel_arguments}",
                   "-serial", f"file:{self.console}",
                   "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off",
                   "-device", "virtio-serial", "-device",
                   "virtserialport,chardev=agent,name=org.qemu.guest_agent.0",
                   "-chardev", f"socket,id=agent,path={self.folder}/agent,server=on,wait=off",
                   "-drive", f"file={payload},format=raw,if=virtio,readonly=on"]
        half_mib = MEMORY_MIB // 2
        for node in range(2):
            command += ["-object", f"memory-backend-ram,id=m{node},size={half_mib}M",
                        "-numa", f"node,memdev=m{node},cpus={node}"]
        command += self.disk("root", ROOT_SERIAL, *(root or (made / "root.img", "snapshot=on")))
        command += devices
        for name, (path, options) in (disks or {}).items():
            command += self.disk(name, name.upper(), path, options)
        with open(self.folder / "qemu.log", "wb") as log:
            self.process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        self.agent = self.monitor = None
        try:
            self.boot()
        except Failed as error:
            words = f"{error}\n{self.tail(80)}"
            self.stop()
            raise Failed(words) from None

    @staticmethod
    def disk(name, serial, path, options):
        return ["-drive", f"file={path},if=none,id={name}-drive,format=raw,{options}",
                "-device", f"nvme,id={name},serial={serial},drive={name}-drive"]

    def boot(self):
        deadline = time.monotonic() + self.boot_limit_s
        while not (self.folder / "agent").exists() or not (self.folder / "qmp").exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed("QEMU did not start: " + (self.folder / "qemu.log").read_text())
            time.sleep(0.05)
        self.monitor = Lines(self.folder / "qmp")
        self.monitor.receive(10)
        self.monitor.call("qmp_capabilities")
        self.agent = Lines(self.folder / "agent")
        for number in range(self.boot_limit_s):
            # What is sent before the agent runs is lost, or answered late: each try has a number.
            self.agent.send({"execute": "guest-sync", "arguments": {"id": number}})
            answer = self.agent.receive(1)
            while answer and answer.get("return") != number:
                answer = self.agent.receive(1)
            if answer:
                return
            if self.process.poll() is not None or time.monotonic() > deadline:
                break
        raise Failed(f"no guest agent after {self.boot_limit_s} s")

    def start(self, command, limit_s=COMMAND_LIMIT_S):
        """Starts a shell command in the guest, which ends it after `limit_s`."""
        done = self.agent.call("guest-exec", path="/usr/bin/timeout",
                               arg=["--kill-after=5", str(limit_s), "/bin/bash", "-c", command],
                               **{"capture-output": True})
        return Running(self.agent, done["pid"], command)

    def shell(self, command, code=0, limit_s=COMMAND_LIMIT_S):
        """Runs a shell command in the guest; `code` None takes any exit code."""
        done = self.start(command, limit_s).wait(limit_s + 30)
        if code is not None and done.returncode != code:
            raise Failed(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def unplug(self, name):
        """Takes the disk `name` out, as a hypervisor does; the guest sees its controller go."""
        self.monitor.call("device_del", id=name)

    def tail(self, lines):
        text = self.console.read_text(errors="replace") if self.console.exists() else ""
        return f"console ({self.console}):\n" + "\n".join(text.splitlines()[-lines:])

    def stop(self):
        """A power cut: nothing in a snapshot is worth a shutdown."""
        self.process.terminate()  # `timeout` passes it on, and kills what does not go
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
