#!/bin/sh
# Makes sure that what the Makefile needs is here: setup.sh [emacs] [lint] [openssl] [curl] [git] [script] [texinfo]
#
# npm's packages are installed by the lock file. Emacs comes from the system's package manager when this user may install
# packages; when not, the exact command is printed and nothing is done.
set -eu

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

command -v node >/dev/null 2>&1 || fail 'Node.js is missing. Install it, 20.19 or newer:' '    sudo apt-get install nodejs npm'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node.js $(node --version) at $(command -v node) is too old: 20.19 or newer is needed."
command -v npm >/dev/null 2>&1 || fail 'npm is missing. Install it:' '    sudo apt-get install npm'

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo 'Installing npm packages…'
  npm ci --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

wanted=''
for what in "$@"; do
  case $what in
    emacs) command -v "${EMACS:-emacs}" >/dev/null 2>&1 || wanted="$wanted emacs-nox" ;;
    lint) [ -n "$(ls -d /usr/share/emacs/site-lisp/elpa*/package-lint-* 2>/dev/null)" ] || wanted="$wanted elpa-package-lint" ;;
    openssl) command -v openssl >/dev/null 2>&1 || wanted="$wanted openssl" ;;
    curl) command -v curl >/dev/null 2>&1 || wanted="$wanted curl" ;;
    git) command -v git >/dev/null 2>&1 || wanted="$wanted git" ;;
    script) command -v script >/dev/null 2>&1 || wanted="$wanted bsdutils" ;;
    texinfo) command -v makeinfo >/dev/null 2>&1 || wanted="$wanted texinfo" ;;
    *) fail "setup.sh: unknown: $what" ;;
  esac
done
[ -n "$wanted" ] || exit 0

install="apt-get install --yes --no-install-recommends$wanted"
command -v apt-get >/dev/null 2>&1 ||
  fail "Missing:$wanted (Debian's names). Install what your system calls these, then try again."
if [ "$(id -u)" = 0 ]; then
  as_root=''
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  as_root='sudo -n'
else
  fail "Missing:$wanted. Type this, then try again:" "    sudo $install"
fi
echo "Installing$wanted…"
log=$(mktemp)
# shellcheck disable=SC2086 # both are lists of words
if ! { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive $install; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  fail "Installing failed (all of it: $log). Type this, then try again:" "    sudo apt-get update && sudo $install"
fi
rm -f "$log"
