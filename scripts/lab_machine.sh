# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A machine of its own in a lab's namespace (scripts/lab.sh; sourced after it): this system's files under an overlay,
# with systemd as its first process. What is installed, written or removed in it is gone with the lab.
#
#   lab_machine_boot gw-a;  in_machine systemctl status ...;  files: $LAB_MACHINE

LAB_MACHINE=${LAB_DIR:-}/machine/root

# lab_machine_possible: says why not, if not.
lab_machine_possible() {
  [ -x /lib/systemd/systemd ] || { echo "there is no systemd here"; return 1; }
  local place=$LAB_DIR/machine.try
  mkdir -p "$place"/{lower,upper,work,root}
  mount -t tmpfs none "$place/upper" && mkdir "$place/upper/"{upper,work} &&
    mount -t overlay -o "lowerdir=$place/lower,upperdir=$place/upper/upper,workdir=$place/upper/work" none "$place/root" ||
    { echo "no overlay file system here"; return 1; }
  umount "$place/root" "$place/upper"
  mount -t cgroup2 none "$place/root" || { echo "no cgroup2 here"; return 1; }
  umount "$place/root"
}

lab_machine_files() {  # inside the machine's mount namespace
  local root=$1 node
  mount --make-rprivate /
  mount -t tmpfs none "$LAB_DIR/machine/layer"
  mkdir -p "$LAB_DIR/machine/layer/"{upper,work}
  mount -t overlay -o "lowerdir=/,upperdir=$LAB_DIR/machine/layer/upper,workdir=$LAB_DIR/machine/layer/work" none "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t cgroup2 none "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 none "$root/dev"
  mount -t tmpfs -o mode=755 none "$root/run"
  mount -t tmpfs -o mode=1777 none "$root/tmp"
  mkdir -p "$root/dev/"{pts,shm,net} "$root/lab"
  mount -t devpts devpts "$root/dev/pts"
  mount -t tmpfs none "$root/dev/shm"
  for node in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0" "net/tun 10 200"; do
    # shellcheck disable=SC2086
    set -- $node
    mknod -m 666 "$root/dev/$1" c "$2" "$3"
  done
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s pts/ptmx "$root/dev/ptmx"
  mount --bind "$LAB_DIR/shared" "$root/lab"
  # Nothing of this system's own services; ours and what they stand on.
  mkdir -p "$root/etc/systemd/system"
  find "$root/etc/systemd/system" -mindepth 1 -delete
  printf '[Unit]\nDescription=Lab\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n' >"$root/etc/systemd/system/lab.target"
  local unit
  for unit in systemd-udevd.service systemd-udev-trigger.service systemd-networkd.service systemd-resolved.service systemd-timesyncd.service \
    systemd-logind.service getty.target dev-hugepages.mount dev-mqueue.mount systemd-firstboot.service systemd-random-seed.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  rm -f "$root/usr/sbin/policy-rc.d"  # of images for containers: forbids what packages do to services
  : >"$root/etc/fstab"
  echo lab >"$root/etc/hostname"
}

# The first process of the machine: its files become the root, then systemd takes over.
lab_machine_init() {
  lab_machine_files "$LAB_MACHINE" || exit 1
  cd "$LAB_MACHINE" || exit 1
  mkdir -p old && pivot_root . old && umount -l old && rmdir old
  exec env -i container=lab PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=lab.target \
    --log-target=console --show-status=no </dev/null
}

# lab_machine_boot NAMESPACE: $LAB_DIR/shared is its /lab.
lab_machine_boot() {
  mkdir -p "$LAB_DIR/machine/"{layer,root} "$LAB_DIR/shared"
  export -f lab_machine_files lab_machine_init
  export LAB_DIR LAB_MACHINE
  ip netns exec "$1" unshare --mount --pid --uts --ipc --cgroup --fork --kill-child=SIGKILL bash -c lab_machine_init >"$LAB_DIR/machine/console.log" 2>&1 &
  LAB_MACHINE_SHELL=$!
  until_true 60 lab_machine_first || { cat "$LAB_DIR/machine/console.log" >&2; return 1; }
  LAB_MACHINE_PID=$(pgrep -P "$LAB_MACHINE_SHELL" | head -1)
  until_true 60 lab_machine_is_up || { tail -20 "$LAB_DIR/machine/console.log" >&2; return 1; }
}
lab_machine_first() { pgrep -P "$LAB_MACHINE_SHELL" -x systemd; }
lab_machine_is_up() { in_machine systemctl is-active lab.target; }
in_machine() {
  nsenter --target "$LAB_MACHINE_PID" --mount --pid --uts --ipc --net --cgroup --root --wdns=/ \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}
