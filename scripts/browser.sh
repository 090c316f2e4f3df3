#!/bin/sh
# Installs Debian's Chromium for the page tests, or says how to get one.
set -eu
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium
else
	echo "The page tests need Chromium: install it as root with 'apt-get install chromium'," >&2
	echo "or set CHROMIUM to the path of one that is there." >&2
	exit 1
fi
