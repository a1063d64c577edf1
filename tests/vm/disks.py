"""NVMe disks with the vendor's model strings, made inside the guest by the kernel's NVMe target.

The controllers are real to the guest (/dev/nvmeXn1, /dev/ngXn1, identify, serial); what they store
lies in the guest's memory, behind a loop device that the guest sees besides.
"""

INSTANCE_STORE = "Amazon EC2 NVMe Instance Storage"
EBS = "Amazon Elastic Block Store"
SIZE_MIB = 32
TARGET = "/sys/kernel/config/nvmet"

PREPARE = f"""set -e
modprobe -a nvmet nvmet-tcp nvme-tcp
mkdir -p {TARGET}/ports/1 /run/disks
mount -t tmpfs -o size=600M tmpfs /run/disks
echo 'devices {{ global_filter = [ "r|/dev/loop|" ] }}' >/etc/lvm/lvmlocal.conf
cd {TARGET}/ports/1
echo tcp >addr_trtype; echo ipv4 >addr_adrfam; echo 127.0.0.1 >addr_traddr; echo 4420 >addr_trsvcid
"""

ADD = f"""set -e
truncate -s {{size_mib}}M /run/disks/{{serial}}
backing=$(losetup --find --show /run/disks/{{serial}})
mkdir -p {TARGET}/subsystems/{{serial}}/namespaces/1
cd {TARGET}/subsystems/{{serial}}
echo 1 >attr_allow_any_host; echo -n '{{model}}' >attr_model; echo -n '{{serial}}' >attr_serial
cd namespaces/1
echo -n "$backing" >device_path; echo 1 >enable
ln -s {TARGET}/subsystems/{{serial}} {TARGET}/ports/1/subsystems/
"""

CONNECT = r"""set -e
nvme connect -t tcp -a 127.0.0.1 -s 4420 -n {serial} -i 2 --nr-poll-queues={poll_queues} \
  --ctrl-loss-tmo=0
udevadm settle
for block in /sys/block/nvme*; do
  if [ "$(tr -d ' ' <"$block/device/serial")" = {serial} ]; then basename "$block"; fi
done
"""


def prepare(machine):
    machine.shell(PREPARE)


def add(machine, serial, model, size_mib=SIZE_MIB, poll_queues=0):
    """Plugs a disk in; returns its kernel name."""
    machine.shell(add_command(serial, model, size_mib))
    return connect(machine, serial, poll_queues)


def connect(machine, serial, poll_queues=0):
    name = machine.shell(connect_command(serial, poll_queues)).stdout.strip()
    if not name.startswith("nvme"):
        raise RuntimeError(f"no disk with serial {serial} after nvme connect: '{name}'")
    return name


def remove(machine, serial):
    machine.shell(f"""{disconnect_command(serial)}
rm {TARGET}/ports/1/subsystems/{serial}
rmdir {TARGET}/subsystems/{serial}/namespaces/1 {TARGET}/subsystems/{serial}
losetup --detach $(losetup --noheadings --output NAME --associated /run/disks/{serial})
rm /run/disks/{serial}""")


def medium(serial):
    """The file in the guest that holds what the disk stores."""
    return f"/run/disks/{serial}"


def fill_command(serial, path):
    return f"yes assay-vm | dd of={medium(serial)} bs=1M count={SIZE_MIB} iflag=fullblock " \
        f"conv=notrunc status=none; blockdev --flushbufs {path}; {clear_command(path)}"


def clear_command(path):
    return f"wipefs -qaf {path}; blockdev --rereadpt {path}; udevadm settle"


def add_command(serial, model, size_mib=SIZE_MIB):
    return ADD.format(serial=serial, model=model, size_mib=size_mib)


def connect_command(serial, poll_queues=0):
    return CONNECT.format(serial=serial, poll_queues=poll_queues)


def disconnect_command(serial):
    return f"nvme disconnect -n {serial}"
