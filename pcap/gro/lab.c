/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does it take to have the kernel merge frames in private?
 *
 * How frames are held back. A bucket that gets one token a second (a token is a byte, and each frame counts
 * for 65535 more) is full after each change and then holds enough for one frame: what is left behind the
 * first one lacks as many tokens for the shortest frame as the first had bytes, which is 25 minutes.
 * Then the rate is raised; the bucket is full again, and large enough for everything. But a queue is
 * looked at only when a frame comes: that is the one that lets go. All of it happens within its system
 * call, in which no packet can be received on this CPU; so they are received together.
 */
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/model/capture.h"
#include "lib/nl/ethtool.h"
#include "lib/nl/setup.h"
#include "pcap/gro/lab.h"

/* Since Linux 5.0; younger than some C libraries. */
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

#define SENDER	 "nod-sender"
#define RECEIVER "nod-receiver"

/* All that is ever in the queue: a poll, and what starts it. */
#define QUEUE_BYTES ((GRO_REPLAY_BATCH + 2) * LAB_FRAME)

static const struct setup_tbf holding = {
	.rate = 1, .burst = LAB_FRAME, .limit = QUEUE_BYTES, .overhead = UINT16_MAX};
static const struct setup_tbf letting_go = {
	.rate = UINT32_MAX, .burst = QUEUE_BYTES, .limit = QUEUE_BYTES};

/* A request on its way. */
union request {
	struct nlmsghdr header;
	char bytes[WIRE_REQUEST_BYTES];
};

/* 0, or -1 and @err: @missing in place of it where the kernel knows no such thing. */
static int make(struct lab *lab, struct nlmsghdr *request, const char *doing, const char *missing,
		struct err *err)
{
	enum wire_result result = setup_ask(lab->wire, request, doing, err);
	int refusal;

	if (result != WIRE_REFUSED)
		return result == WIRE_OK ? 0 : -1;
	refusal = wire_refusal(lab->wire, NULL);
	/* Of a qdisc that it does not know the kernel says that there is no such file. */
	if (missing && (refusal == EOPNOTSUPP || refusal == ENOENT))
		return err_set(err, ERR_UNSUPPORTED, "%s", missing);
	return -1;
}

/* Up, and never a word of its own. */
static int bring_up(struct lab *lab, int ifindex, struct err *err)
{
	union request request;
	enum wire_result result;

	result = setup_ask(lab->wire, setup_encode_silent(&request, ifindex),
			   "a device without an IPv6 address", err);
	/* A kernel without IPv6 has nothing to keep silent. */
	if (result == WIRE_REFUSED && wire_refusal(lab->wire, NULL) != EAFNOSUPPORT)
		return -1;
	if (result == WIRE_FAILED)
		return -1;
	return make(lab, setup_encode_up(&request, ifindex), "setting a device up", NULL, err);
}

static int device_number(const char *name, struct err *err)
{
	unsigned int number = if_nametoindex(name);

	return number ? (int)number : err_set_errno(err, "looking for the device %s", name);
}

static int make_veth(struct lab *lab, struct err *err)
{
	union request request;

	if (make(lab, setup_encode_veth(&request, SENDER, RECEIVER, LAB_MTU), "making a veth",
		 "this kernel has no veth (CONFIG_VETH)", err) < 0)
		return -1;
	lab->sender = device_number(SENDER, err);
	lab->receiver = lab->sender < 0 ? -1 : device_number(RECEIVER, err);
	return lab->receiver < 0 ? -1 : 0;
}

/*
 * Not through a plan and the journal, as every other change of features: this device was made a moment
 * ago in a namespace that is nobody else's, and there is nothing that one could want to have back.
 */
static int switch_features(struct lab *lab, int ifindex, const char *const *names, bool on,
			   struct err *err)
{
	struct arena arena = {0};
	struct feature_names known;
	struct feature_bits mask = {0}, value = {0};
	struct features_change change = {0};
	struct genl_family family;
	bool permission;
	int result = -1;

	if (ethtool_family(lab->wire, &family, err) < 0 ||
	    ethtool_feature_names(lab->wire, &family, &known, &arena, err) < 0)
		goto out;
	for (; *names; names++) {
		int bit = feature_lookup(&known, *names);

		if (bit < 0) {
			err_set(err, ERR_UNSUPPORTED, "this kernel has no feature %s", *names);
			goto out;
		}
		feature_put(&mask, (unsigned int)bit, true);
		feature_put(&value, (unsigned int)bit, on);
	}
	result = ethtool_set_features(lab->wire, &family, &known, ifindex, &mask, &value, &change,
				      &permission, err);
	if (!result && feature_any(change.refused))
		result = err_set(err, ERR_UNSUPPORTED,
				 "this kernel does not let features of a veth "
				 "be switched");
out:
	arena_free(&arena);
	return result;
}

static int set_features(struct lab *lab, enum gro_mode mode, struct err *err)
{
	/* A veth whose sender segments takes it that nothing has to be merged. */
	static const char *const segmenting[] = {"tx-tcp-segmentation", "tx-tcp-ecn-segmentation",
						 "tx-tcp-mangleid-segmentation",
						 "tx-tcp6-segmentation", NULL};
	static const char *const merging[GRO_MODES][3] = {
		[GRO_MODE_HOST] = {"rx-gro"},
		[GRO_MODE_UDP] = {"rx-gro"},
		[GRO_MODE_FORWARDING] = {"rx-gro", "rx-udp-gro-forwarding"},
		[GRO_MODE_FRAGLIST] = {"rx-gro", "rx-gro-list"},
	};

	if (switch_features(lab, lab->sender, segmenting, false, err) < 0)
		return -1;
	return switch_features(lab, lab->receiver, merging[mode], true, err);
}

static int make_tunnel(struct lab *lab, const char *kind, uint16_t port, struct err *err)
{
	char name[IFNAMSIZ];
	union request request;
	int ifindex;

	snprintf(name, sizeof(name), "%s-%u", kind, port);
	if (make(lab, setup_encode_tunnel(&request, name, kind, port), "making a tunnel device",
		 NULL, err) < 0)
		return -1;
	ifindex = device_number(name, err);
	if (ifindex < 0)
		return -1;
	if (bring_up(lab, ifindex, err) < 0)
		return err_wrap(err, "UDP port %u, %s", port, kind);
	return 0;
}

/* A kernel without them merges nothing in them: that is for the caller to say. */
static int make_tunnels(struct lab *lab, enum tunnel_kind kind, const uint16_t *ports, size_t count,
			struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = kind == TUNNEL_GENEVE ? "geneve" : "vxlan";

		if (make_tunnel(lab, name, ports[i], err) == 0)
			continue;
		if (wire_refusal(lab->wire, NULL) != EOPNOTSUPP)
			return -1;
		*err = (struct err){0};
		lab->missing |= 1u << kind;
		return 0;
	}
	return 0;
}

/* -1 and errno. */
static int open_udp(int family, uint16_t port)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address = {.any.sa_family = (sa_family_t)family};
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0)
		return -1;
	if (family == AF_INET6)
		address.v6.sin6_port = htons(port);
	else
		address.v4.sin_port = htons(port);
	if ((family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one))) ||
	    setsockopt(fd, IPPROTO_UDP, UDP_GRO, &one, sizeof(one)) ||
	    bind(fd, &address.any, family == AF_INET6 ? sizeof(address.v6) : sizeof(address.v4))) {
		close(fd);
		return -1;
	}
	return fd;
}

static int open_sockets(struct lab *lab, const uint16_t *ports, size_t count, struct err *err)
{
	static const int families[] = {AF_INET, AF_INET6};

	lab->sockets = count ? calloc(count, sizeof(families)) : NULL;
	if (count && !lab->sockets)
		return err_set(err, ERR_MEMORY, "out of memory");
	for (size_t i = 0; i < 2 * count; i++) {
		int fd = open_udp(families[i % 2], ports[i / 2]);

		if (fd >= 0)
			lab->sockets[lab->nsockets++] = fd;
		/* In use: by a tunnel device, to which all that comes to the port goes anyway. */
		else if (errno != EAFNOSUPPORT && errno != EADDRINUSE)
			return err_set_errno(err, "a socket with UDP_GRO at port %u", ports[i / 2]);
	}
	return 0;
}

int lab_open(struct lab *lab, const struct gro_replay_options *options, struct err *err)
{
	union request request;

	*lab = (struct lab){.wire = wire_open(NULL, err)};
	if (!lab->wire || make_veth(lab, err) < 0 || set_features(lab, options->mode, err) < 0)
		return -1;
	if (make(lab, setup_encode_tbf(&request, lab->sender, &holding, false),
		 "adding a token bucket",
		 "this kernel has no token bucket (CONFIG_NET_SCH_TBF, module sch_tbf)", err) < 0)
		return -1;
	/*
	 * A veth has a carrier when both ends are up. The end that is last is ready at once; the queue of
	 * the other is opened some time later, and drops frames until then.
	 */
	if (bring_up(lab, lab->receiver, err) < 0 || bring_up(lab, lab->sender, err) < 0)
		return -1;
	if (make_tunnels(lab, TUNNEL_VXLAN, options->vxlan, options->nvxlan, err) < 0 ||
	    make_tunnels(lab, TUNNEL_GENEVE, options->geneve, options->ngeneve, err) < 0)
		return -1;
	return options->mode == GRO_MODE_UDP ? open_sockets(lab, options->udp, options->nudp, err)
					     : 0;
}

void lab_close(struct lab *lab)
{
	for (size_t i = 0; i < lab->nsockets; i++)
		close(lab->sockets[i]);
	free(lab->sockets);
	wire_close(lab->wire);
	*lab = (struct lab){0};
}

static int change_bucket(struct lab *lab, const struct setup_tbf *tbf, struct err *err)
{
	union request request;

	return make(lab, setup_encode_tbf(&request, lab->sender, tbf, true),
		    "changing a token bucket", NULL, err);
}

int lab_hold(struct lab *lab, struct err *err)
{
	return change_bucket(lab, &holding, err);
}

int lab_let_go(struct lab *lab, struct err *err)
{
	return change_bucket(lab, &letting_go, err);
}
