/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are the kinds of things in a capture called?
 */
#include "lib/model/capture.h"

const char *const csum_names[] = {
	[CSUM_OK] = "ok",
	[CSUM_PARTIAL] = "partial",
	[CSUM_PARTIAL_NOLEN] = "partial_nolen",
	[CSUM_LCO] = "lco",
	[CSUM_ZERO] = "zero",
	[CSUM_NONE] = "none",
	[CSUM_BAD] = "bad",
	[CSUM_UNVERIFIED] = "unverified",
	[CSUM_VERDICTS] = NULL,
};

const char *const tunnel_names[] = {
	[TUNNEL_NONE] = "none",
	[TUNNEL_VXLAN] = "vxlan",
	[TUNNEL_VXLAN_GPE] = "vxlan-gpe",
	[TUNNEL_GENEVE] = "geneve",
	[TUNNEL_GRE] = "gre",
	[TUNNEL_NVGRE] = "nvgre",
	[TUNNEL_ERSPAN] = "erspan",
	[TUNNEL_IPIP] = "ipip",
	[TUNNEL_SIT] = "sit",
	[TUNNEL_IP6IP] = "ip6ip",
	[TUNNEL_STT] = "stt",
	[TUNNEL_GTPU] = "gtp-u",
	[TUNNEL_ESP] = "esp",
	[TUNNEL_WIREGUARD] = "wireguard",
	[TUNNEL_KINDS] = NULL,
};

const char *const id_step_names[] = {
	[ID_PLUS_ONE] = "plus_one",
	[ID_CONSTANT] = "constant",
	[ID_OTHER] = "other",
	[ID_STEPS] = NULL,
};

const char *const mtu_source_names[] = {
	[MTU_OPTION] = "option",
	[MTU_INTERFACE] = "interface",
	[MTU_LOOPBACK] = "loopback",
	[MTU_SIZES] = "sizes",
	[MTU_MSS] = "mss",
	[MTU_DEFAULT] = "default",
	NULL,
};

const char *const capture_end_names[] = {
	[CAPTURE_END_SIGNAL] = "signal", [CAPTURE_END_DURATION] = "duration",
	[CAPTURE_END_COUNT] = "count",	 [CAPTURE_END_DEVICE] = "device",
	[CAPTURE_END_OUTPUT] = "output", NULL,
};
