/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kernel need to be asked for this capture: which tunnels, at which ports?
 */
#include "cmd/gro_kernel.h"
#include "lib/base/span.h"

void gro_add_port(uint16_t *ports, size_t *count, size_t most, uint16_t port)
{
	for (size_t i = 0; i < *count; i++)
		if (ports[i] == port)
			return;
	if (*count < most)
		ports[(*count)++] = port;
}

static void add_port(uint16_t *ports, size_t *count, uint16_t port)
{
	gro_add_port(ports, count, sizeof(((struct gro_replay_options *)0)->vxlan) / sizeof(*ports),
		     port);
}

static uint16_t udp_port(const struct view *view, const struct header *udp)
{
	return load_be16(view_header(view, udp) + 2);
}

/* Where a tunnel has a device, a socket for UDP is not opened: that is for the kernel to refuse. */
static void look_at_header(struct gro_needs *look, const struct view *view, unsigned int index)
{
	const struct header *header = &view->headers[index];

	look->has_tags |= header->kind == HEADER_VLAN;
	if (header->kind == HEADER_UDP && udp_port(view, header))
		gro_add_port(look->udp, &look->options->nudp, GRO_UDP_PORTS,
			     udp_port(view, header));
}

/* No socket has port 0, and there may be more ports than sockets. */
bool gro_needs_met(const struct gro_needs *needs, const struct view *view)
{
	const struct header *l4 = view_l4(view);

	if (!l4 || l4->kind != HEADER_UDP || needs->options->mode != GRO_MODE_UDP)
		return true;
	for (size_t i = 0; i < needs->options->nudp; i++)
		if (needs->udp[i] == udp_port(view, l4))
			return true;
	return false;
}

int gro_needs_look(void *context, const struct frame *frame, struct err *err attr_unused)
{
	struct gro_needs *look = context;
	struct gro_replay_options *options = look->options;
	struct view view;

	view_decode(&view, frame, look->view);
	for (unsigned int i = 1; i < view.nheaders; i++)
		look_at_header(look, &view, i);
	for (unsigned int i = 1; i < view.nheaders; i++) {
		const struct header *udp = &view.headers[i - 1];

		if (udp->kind != HEADER_UDP)
			continue;
		if (view.headers[i].kind == HEADER_VXLAN)
			add_port(options->vxlan, &options->nvxlan, udp_port(&view, udp));
		else if (view.headers[i].kind == HEADER_GENEVE)
			add_port(options->geneve, &options->ngeneve, udp_port(&view, udp));
		/* Tunnels in tunnels are not looked into. */
		break;
	}
	return 0;
}
