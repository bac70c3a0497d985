# shellcheck shell=bash
# For cases about pip: an index of the case's own, behind a certificate of its own. Sourced
# after doors.sh.

# publish NAME VERSION REQUIREMENT...: a wheel in the index below ./served.
publish() {
  mkdir -p "served/simple/$1"
  python3 - "$@" <<'PYTHON'
import sys, zipfile
name, version, *needs = sys.argv[1:]
with zipfile.ZipFile(f"served/simple/{name}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    info = f"{name}-{version}.dist-info/"
    wheel.writestr(f"{name}.py", f"said = 'from {name}'\n")
    wheel.writestr(info + "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {n}\n" for n in needs))
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(info + "RECORD", "")
PYTHON
}

# serve_index NAME=ADDRESS...: pip of this case takes from there; a password in its
# configuration is to be seen nowhere. The names are known besides.
serve_index() {
  certificate pip.example.org
  names pip.example.org=127.0.0.1 "$@"
  serve files served "$PWD/both"
  doors_by_names
  mkdir -p "$HOME/.config/pip"
  printf '[global]\nindex-url = https://me:hidden@pip.example.org:%s/simple\ncert = %s\n' "$port" "$PWD/cert" >"$HOME/.config/pip/pip.conf"
}

# mirrors: NAME=ADDRESS of the hosts that this host's apt and npm take from.
mirrors() {
  local host address
  { apt-get indextargets --format '$(URI)' && npm config get registry; } | sed -n 's|^[a-z]*://\([^/:]*\).*|\1|p' | sort -u |
    while read -r host; do
      address=$(getent ahostsv4 "$host" | sed -n '1s/ .*//p')
      echo "$host=$address"
    done
}
