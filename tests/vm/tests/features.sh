#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Does this kernel do what lib/diag/deps.c foresees of random requests for features?
# built: tests/featureworld
# tools: ip
# modules: e1000 e1000e virtio_pci virtio_net vmxnet3 8139cp pcnet32 tulip e100 ne2k-pci
# modules: veth dummy ifb bonding bridge 8021q macvlan macvtap ipvlan ipvtap macsec vrf vxlan geneve
# modules: team team_mode_activebackup team_mode_loadbalance team_mode_roundrobin gcm aes_generic ip_gre
# nodsim: may
set -eu
# shellcheck source=/dev/null
. /vm/guest.bash
# shellcheck source=/dev/null
. /vm/worlds.bash

seed=${SEED:-1} requests=${REQUESTS:-500}
read -ra worlds <<<"${WORLDS:-${WORLDS_KNOWN[*]}}"

# Half of the requests before the devices are up, half after that.
ask() {
	featureworld "$seed" $((requests / 2)) || return
	all_up
	featureworld "$((seed + 1000))" $((requests - requests / 2))
}

echo "# $(uname -r), SEED=$seed REQUESTS=$requests"
no_first_devices
for world in "${worlds[@]}"; do
	if ! "world_$world"; then
		skip_test "$world" "no module for it"
		continue
	fi
	show=yes test_that "$world" ask
	forget_devices
	forget_nics
done
end_tests
