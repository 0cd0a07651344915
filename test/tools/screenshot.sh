#!/bin/sh
# Makes the pictures of the README: an xterm under Xvfb with Emacs playing a scene.
#
#   screenshot.sh [SCENE…]      all scenes of screenshot.el when none is named
#
# Needs xvfb, xterm, imagemagick and fonts-dejavu-core (Debian's names).
set -eu

work=$(mktemp -d)
display=:97
Xvfb $display -screen 0 1480x900x24 >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
sleep 1

[ $# -gt 0 ] || set -- request mock doctor
for scene; do
  ready=$work/$scene
  case $scene in request) rows=52 ;; *) rows=32 ;; esac
  DISPLAY=$display SCREENSHOT_SCENE=$scene SCREENSHOT_READY=$ready \
    xterm -fa 'DejaVu Sans Mono' -fs 10 -geometry "180x$rows+0+0" -bg black -fg white \
    -e env TERM=xterm-256color "${EMACS:-emacs}" -nw -Q -L elisp -l test/tools/screenshot.el &
  terminal=$!
  for _ in $(seq 60); do
    [ -e "$ready" ] && break
    sleep 0.5
  done
  [ -e "$ready" ] || { echo "Emacs did not get ready for the picture of $scene" >&2; exit 1; }
  sleep 1
  DISPLAY=$display import -window root "$work/root.png"
  convert "$work/root.png" -trim +repage -colors 64 -strip "elisp/doc/$scene.png"
  kill $terminal
  wait $terminal 2>/dev/null || true
  echo "elisp/doc/$scene.png"
done
