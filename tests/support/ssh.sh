# shellcheck shell=bash
# For cases about SSH: a key of the caller's, and a sandbox that it opens. Sourced.
ids=()
[ "$(id -u)" = 0 ] || ids=(--ids range)
ssh-keygen -q -t ed25519 -N '' -f key

# ssh_with HOST_CONFIG: the options of ssh, scp and sftp are then in ${by[@]}.
ssh_with() {
  # shellcheck disable=SC2034 # cases read it
  by=(-F "$1" -i key -o IdentitiesOnly=yes -o BatchMode=yes)
}
