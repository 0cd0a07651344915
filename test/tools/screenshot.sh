#!/bin/sh
# Makes the pictures of the README: an xterm under Xvfb with Emacs playing the demo.
#
# Needs xvfb, xterm, imagemagick and fonts-dejavu-core (Debian's names).
set -eu

work=$(mktemp -d)
ready=$work/ready
display=:97
Xvfb $display -screen 0 1480x900x24 >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
sleep 1

DISPLAY=$display SCIM_SCREENSHOT_READY=$ready xterm -fa 'DejaVu Sans Mono' -fs 10 -geometry 180x52+0+0 -bg black -fg white \
  -e env TERM=xterm-256color "${EMACS:-emacs}" -nw -Q -L elisp -l test/tools/screenshot.el &

for _ in $(seq 60); do
  [ -e "$ready" ] && break
  sleep 0.5
done
[ -e "$ready" ] || { echo 'Emacs did not get ready for the picture' >&2; exit 1; }
sleep 1
DISPLAY=$display import -window root "$work/root.png"
convert "$work/root.png" -trim +repage -colors 64 -strip elisp/doc/request.png
echo 'elisp/doc/request.png'
