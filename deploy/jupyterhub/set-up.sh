#!/bin/sh
# Makes what a class on one server shares: groups, the grader's account, the exchange. Run as root;
# running it again changes nothing.
set -eu
shared=/srv/crossroads
grader=grader-crossroads

groupadd --force nbgrader-crossroads
groupadd --force formgrade-crossroads
id "$grader" >/dev/null 2>&1 ||
  useradd --create-home --key HOME_MODE=0700 --shell /bin/bash "$grader"

install -d -m 755 "$shared"
install -d -m 700 "$shared/hub"
install -d -m 700 -o "$grader" -g "$grader" "$shared/course"
# nbgrader wants an exchange that everybody can write to. The sticky bit keeps everybody from
# renaming or removing what isn't theirs, and the course's own folder is there before anybody
# could make one of that name.
install -d -m 1777 "$shared/exchange"
install -d -m 755 -o "$grader" -g "$grader" "$shared/exchange/crossroads"
