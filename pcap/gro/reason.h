/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a receiver did not merge: a table. A reason is a bit, so that all that hold at one place are
 * known, not only the one that a kernel would have met first.
 */
#ifndef NOD_PCAP_GRO_REASON_H
#define NOD_PCAP_GRO_REASON_H

#include <stdint.h>

enum gro_reason {
	/* Of a packet alone: it is never merged. */
	GRO_NOT_IP,	/* no IP packet, or in a link header that no receiver looks behind */
	GRO_PROTOCOL,	/* neither TCP nor what the receiver was told to merge */
	GRO_NO_PAYLOAD, /* a bare acknowledgment */
	GRO_CONTROL,	/* SYN, RST, URG */
	GRO_CUT,	/* captured in part: cannot be judged */
	GRO_IP_OPTIONS, /* IPv4 options */
	GRO_EXTENSION,	/* IPv6 extension header that ends the search */
	GRO_FRAGMENT,
	GRO_RESERVED_BIT, /* of IPv4 */
	GRO_LENGTH,	  /* the IP length is not that of the frame: padding, or damage */
	GRO_IP_CHECKSUM,
	GRO_CHECKSUM,	     /* of TCP or UDP at any level */
	GRO_UDP_NO_CHECKSUM, /* UDP GRO needs one */
	GRO_TUNNEL_PORT,     /* UDP to a port at which no tunnel device listens */
	GRO_TUNNEL_KIND,     /* a tunnel that the receiver does not look into */
	GRO_TUNNEL_HEADER, /* flags of VXLAN, Geneve or GRE that end the search: GRE sequence numbers */
	GRO_NESTED,	   /* a tunnel in a tunnel */

	/* Of a packet beside the one before it in its flow: it is another flow to the receiver. */
	GRO_LINK,	    /* MAC addresses or VLAN tag */
	GRO_OUTER_LABEL,    /* IPv6 flow label or extension headers, outer */
	GRO_OUTER_PORT,	    /* UDP source port of the tunnel */
	GRO_OUTER_CHECKSUM, /* outer UDP checksum used in one and not in the other */
	GRO_TUNNEL_FIELDS,  /* VXLAN, Geneve or GRE header */
	GRO_INNER_LINK,
	GRO_LABEL, /* IPv6 flow label or extension headers, inner or only */

	/* Of a packet beside the train of its flow: it does not fit. */
	GRO_SEQUENCE,
	GRO_SIZE, /* longer than the train's segments */
	GRO_ACK,
	GRO_WINDOW,
	GRO_FLAGS, /* TCP flags differ, ECE among them */
	GRO_CWR,
	GRO_OPTIONS, /* of TCP, other than timestamps' values */
	GRO_TIMESTAMP,
	GRO_TTL,
	GRO_TOS,
	GRO_DF,
	GRO_ID,
	GRO_OUTER_TTL,
	GRO_OUTER_TOS,
	GRO_OUTER_DF,
	GRO_OUTER_ID,

	/* A train is complete, though what comes next might have fitted. */
	GRO_PUSH,
	GRO_FIN,
	GRO_SHORT,  /* shorter than the segments before it */
	GRO_FULL,   /* no more bytes or segments */
	GRO_HELD,   /* another flow needed its place */
	GRO_BUDGET, /* the poll took as many packets as it may */
	GRO_GAP,    /* nothing came for longer than --gap: the poll was over */
	GRO_END,    /* of the capture */
	GRO_REASONS
};

#define GRO_BIT(reason) (1ull << (reason))

/* The groups above. */
#define GRO_BITS_ALONE (GRO_BIT(GRO_LINK) - 1)
#define GRO_BITS_FLOW  (GRO_BIT(GRO_SEQUENCE) - GRO_BIT(GRO_LINK))
#define GRO_BITS_FIT   (GRO_BIT(GRO_PUSH) - GRO_BIT(GRO_SEQUENCE))
#define GRO_BITS_ENDS  (GRO_BIT(GRO_REASONS) - GRO_BIT(GRO_PUSH))

/* Those at which somebody can do something: only these are asked "what if". */
extern const uint64_t gro_bits_mendable;

/* For which receivers a change helps; gro_helps() of pcap/gro/model.h tells which these are. */
enum gro_for {
	GRO_FOR_ALL,
	GRO_FOR_LINUX,	      /* has tunnel devices, and a second chance at them */
	GRO_FOR_IPV6_TUNNELS, /* looks into tunnels over IPv6 */
	GRO_FOR_OUTER_DF,     /* with DF=1 ignores the outer ID, with DF=0 does not */
	GRO_FOR_OUTER_IDS,    /* looks at the outer ID whatever DF says */
	GRO_FOR_DF,	      /* with DF=1 ignores the ID, inner or only; with DF=0 does not */
	GRO_FOR_DF_FIXED,     /* takes IDs that stay the same, but only with DF=1 */
};

/**
 * struct gro_advice - one thing to do
 * @text: ends a list if it is NULL
 */
struct gro_advice {
	const char *text;
	enum gro_for helps;
};

/**
 * struct gro_reason_info - one reason
 * @id: kebab-case, public interface; that of the finding of `nod pcap` where there is one
 * @summary: completes "this ended N trains: ..."; lower case, no full stop
 * @mend: what to change, a sentence, whoever receives; NULL if nothing can be done or nothing need be
 * @mends: sentences instead of it for some receivers, the first that helps; NULL if none
 * @advice: commands to type, each with its reason behind " # "; NULL if none
 */
struct gro_reason_info {
	const char *id, *summary, *mend;
	const struct gro_advice *mends, *advice;
};

extern const struct gro_reason_info gro_reasons[GRO_REASONS];

#endif
