# shellcheck shell=bash
# For cases about disks that a quota bounds: file systems for the store, and what must hold on
# each of them. Sourced after sandboxes.sh; as root.

# give_up DIRECTORY: for the trap of a case that fails: its own words are to be seen, not what
# is still mounted.
give_up() {
  sandbox-reap -q --all >/dev/null || true
  umount -l "$1"
}

# store_on MKFS...: the store moves to a new file system with project quota, in the folder `on`.
# A case that ends well ends with leave_store.
store_on() {
  truncate -s 320M device
  "$@" device
  mkdir on
  mount -o loop,prjquota device on
  trap 'give_up on' EXIT
  cp -a "$SANDBOX_STORE"/. on
  export SANDBOX_STORE=$PWD/on
}

# The projects that have files or limits; a store's directory of disks is one, always.
projects() { python3 -IS "$CASE_SUPPORT/projects.py" "$SANDBOX_STORE/disks"; }

no_disk_is_left() {
  [ -z "$(find "$SANDBOX_STORE/disks" -mindepth 1 ! -name lost+found)" ] && [ "$(count_lines projects)" = 1 ]
}

# reason ID COMMAND...: the verdict's reason of a command that does not succeed.
reason() {
  sandbox-exec --json "$1" -- "${@:2}" >outcome && fail "it succeeded: ${*:2}"
  json verdict reason <outcome
}

fill='dd if=/dev/zero of=/tmp/fill bs=1M count=16'

# bounds BY: what the record says about the disk holds, and nothing is left in the end.
bounds() {
  sandbox-launch --disk 8M --memory 64M busybox >record
  local id
  id=$(json id <record)
  contains "$(cat record)" "{\"name\":\"disk\",\"state\":\"up\",\"by\":\"$1\",\"limit\":8388608,\"inodes\":1536}"
  same 67108864 "$(cat "/sys/fs/cgroup/sandbox/$id/memory.max")" # not with the disk on top
  contains "$(sandbox-exec "$id" -- df -k /)" ' 8192 '
  # Named although the program removes what it wrote, and when it fails a second time.
  same disk "$(reason "$id" sh -c "$fill; rm /tmp/fill; exit 1")"
  grep -qE 'No space left|quota exceeded' outcome || fail "neither ENOSPC nor EDQUOT: $(cat outcome)"
  same disk "$(reason "$id" sh -c "$fill; exit 1")"
  # More than a page: blocks are smaller, and what is left of the last one is still there.
  same disk "$(reason "$id" sh -c 'busybox head -c 8192 /dev/zero >>/dev/shm/fill')"
  sandbox-exec "$id" -- rm /tmp/fill
  same exit "$(reason "$id" false)"
  same disk "$(reason "$id" sh -c 'i=0; mkdir /many; while [ $i -lt 2000 ] && true >/many/$i; do i=$((i + 1)); done
    rm -r /many; [ $i -gt 1000 ] || exit 7; exit 8')"
  same 8 "$(json verdict exit <outcome)"
  sandbox-exec "$id" -- dd if=/dev/zero of=/kept bs=1M count=4 2>/dev/null
  sandbox-reap "$id" >reaped
  [ "$(json freed bytes <reaped)" -ge 4194304 ] || fail "$(cat reaped)"
  eventually 5 no_disk_is_left
}

# A dead supervisor's disk, with its quota, is freed by sandbox-reap.
frees_after_a_crash() {
  sandbox-launch --disk 8M busybox >record
  local id
  id=$(json id <record)
  sandbox-exec "$id" -- dd if=/dev/zero of=/kept bs=1M count=4 2>/dev/null
  same 2 "$(count_lines projects)"
  kill -KILL "$(json supervisor pid <record)"
  dead() { ! lives agent record; }
  eventually 5 dead
  sandbox-reap --orphans >reaped
  [ "$(json freed bytes <reaped)" -ge 4194304 ] || fail "$(cat reaped)"
  eventually 5 no_disk_is_left
}

leave_store() {
  trap - EXIT
  umount on
}
