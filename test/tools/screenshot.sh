#!/bin/sh
# Makes the pictures of the README and the manual: Emacs playing scenes, in an xterm or with windows of its own, under Xvfb.
#
#   screenshot.sh [SCENE…]      all scenes of screenshot.el when none is named
#
# Needs xvfb, xterm, imagemagick, fonts-dejavu-core and fonts-droid-fallback (Debian's names). In the environment:
#
#   SCREENSHOT_THEME      modus-vivendi, which is dark, unless another is named: modus-operandi is light
#   SCREENSHOT_DIRECTORY  where the pictures go; elisp/doc
#   SCREENSHOT_EMACS      command of an Emacs with windows of its own, in place of one in an xterm
set -eu

directory=${SCREENSHOT_DIRECTORY:-elisp/doc}
work=$(mktemp -d)
# What the scenes leave goes with it.
export TMPDIR="$work"
display=:97
Xvfb $display -screen 0 1480x900x24 >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
until DISPLAY=$display import -window root "$work/root.png" 2>/dev/null; do sleep 0.2; done

# Shows an Emacs of $size that plays the scene.
show() {
  if [ -n "${SCREENSHOT_EMACS:-}" ]; then
    exec $SCREENSHOT_EMACS -Q -L elisp --geometry "$size+0+0" --font 'DejaVu Sans Mono-10' -l test/tools/screenshot.el
  fi
  exec xterm -fa 'DejaVu Sans Mono' -fs 10 -geometry "$size+0+0" -bg black -fg white \
    -e env TERM=xterm-256color "${EMACS:-emacs}" -nw -Q -L elisp -l test/tools/screenshot.el
}

[ $# -gt 0 ] || set -- home list edit conflict members action repl request log schemas tour mock doctor
mkdir -p "$directory"
for scene; do
  ready=$work/$scene
  # What the scene leaves empty is not in the picture.
  case $scene in
    request) size=150x40 ;;
    mock) size=160x32 ;;
    doctor) size=160x30 ;;
    conflict | tour) size=120x36 ;;
    edit) size=120x40 ;;
    home) size=120x40 ;;
    schemas) size=120x24 ;;
    action) size=126x16 ;;
    *) size=120x28 ;;
  esac
  export DISPLAY=$display SCREENSHOT_SCENE="$scene" SCREENSHOT_READY="$ready"
  program=
  for _ in $(seq 120); do
    [ -e "$ready" ] && break
    # A program that starts while X is busy may not get to it.
    [ -n "$program" ] && kill -0 "$program" 2>/dev/null || { show & program=$!; }
    sleep 0.5
  done
  [ -e "$ready" ] || { echo "Emacs did not get ready for the picture of $scene" >&2; exit 1; }
  [ ! -s "$ready" ] || { echo "$scene: $(cat "$ready")" >&2; exit 1; }
  sleep 1
  import -window root "$work/root.png"
  convert "$work/root.png" -trim +repage -colors 64 -strip "$directory/$scene.png"
  kill $program
  wait $program 2>/dev/null || true
  echo "$directory/$scene.png"
done
