# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For tests that want a terminal: a chroot or container may have none to give.

needs_terminal() {
	command -v script >/dev/null || skip "script (util-linux) is not installed"
	script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no pseudo-terminal can be had"
}
