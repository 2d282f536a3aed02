/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is every checksum called what it was made to be, at every depth and by every implementation of sums?
 */
#include "tests/unit/frame_bytes.h"

#include "lib/base/text.h"
#include "pcap/csum.h"

static struct packet packet;

/* "ipv4=ok udp=none": a word for each header that has a checksum. */
static void describe(struct text *text, const struct view *view, const uint8_t *verdicts)
{
	for (unsigned int i = 0; i < view->nheaders; i++)
		if (verdicts[i] != CSUM_NO_FIELD)
			text_printf(text, "%s%s=%s", text->length ? " " : "",
				    header_names[view->headers[i].kind], csum_names[verdicts[i]]);
}

static void check_counts(const struct view *view, const uint8_t *verdicts,
			 const struct capture_checksums *counts)
{
	struct capture_checksums wanted = {0};

	for (unsigned int i = 0; i < view->nheaders; i++) {
		uint8_t kind = view->headers[i].kind;

		if (kind == HEADER_IPV4)
			wanted.ipv4[verdicts[i]]++;
		else if (kind == HEADER_TCP)
			wanted.tcp[verdicts[i]]++;
		else if (kind == HEADER_UDP)
			wanted.udp[verdicts[i]]++;
		else if (kind == HEADER_SCTP)
			wanted.sctp[verdicts[i]]++;
		else
			assert_int_equal(verdicts[i], CSUM_NO_FIELD);
	}
	assert_memory_equal(counts, &wanted, sizeof(wanted));
}

/* The innermost L4 header is believed to be what it is said to be; all else is found as without that. */
static void check_known(const struct view *view, const struct sum_ops *ops, const uint8_t *wanted)
{
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	uint32_t set = csum_verify_known(view, ops, wanted[view->l4], verdicts, &counts);

	assert_memory_equal(verdicts, wanted, view->nheaders);
	check_counts(view, verdicts, &counts);
	for (unsigned int i = 0; i < view->nheaders; i++)
		set &= ~(1u << wanted[i]);
	assert_int_equal(set, 0);
	if (view->headers[view->l4].kind != HEADER_TCP &&
	    view->headers[view->l4].kind != HEADER_UDP)
		return;
	csum_verify_known(view, ops, CSUM_BAD, verdicts, &counts);
	assert_int_equal(verdicts[view->l4], CSUM_BAD);
}

static void check_ops(const struct view *view, const struct sum_ops *ops, const char *wanted)
{
	struct capture_checksums counts = {0};
	uint8_t verdicts[VIEW_MAX_HEADERS];
	uint32_t set, seen = 0;
	struct text text = {0};

	memset(verdicts, 0xa5, sizeof(verdicts));
	text_add(&text, "");
	set = csum_verify(view, ops, verdicts, &counts);
	describe(&text, view, verdicts);
	assert_false(text.failed);
	if (strcmp(text.chars, wanted) != 0)
		print_error("sums by %s\n", ops->name);
	assert_string_equal(text.chars, wanted);
	check_counts(view, verdicts, &counts);
	for (unsigned int i = 0; i < view->nheaders; i++)
		if (verdicts[i] != CSUM_NO_FIELD)
			seen |= 1u << verdicts[i];
	assert_int_equal(set, seen);
	if (view->l4 != VIEW_NONE)
		check_known(view, ops, verdicts);
	text_free(&text);
}

static void assert_frame(const struct frame *frame, const char *wanted)
{
	const struct sum_ops *ops;
	struct decoded decoded;

	decode_frame(&decoded, frame, NULL);
	for (size_t i = 0; (ops = sum_ops_at(i)); i++)
		check_ops(&decoded.view, ops, wanted);
	decoded_free(&decoded);
}

/* Check the frame that was built, and begin anew. */
static void assert_sums(const char *wanted)
{
	struct frame frame = frame_of(&packet, 1);

	assert_frame(&frame, wanted);
	packet.length = 0;
}

static uint32_t put_ip(bool v6, uint8_t proto)
{
	return v6 ? put_ipv6(&packet, proto) : put_ipv4(&packet, proto);
}

static uint32_t ip_bytes(bool v6)
{
	return v6 ? 40 : 20;
}

/* Ethernet and IP with TCP or UDP around @payload bytes. */
static void put_plain(bool v6, bool udp, uint32_t payload, enum sum_kind kind)
{
	uint32_t ip, l4;

	put_ethernet(&packet, v6 ? 0x86dd : 0x0800);
	ip = put_ip(v6, udp ? 17 : 6);
	l4 = udp ? put_udp(&packet, 9) : put_tcp(&packet);
	put_filler(&packet, payload);
	if (udp)
		end_udp(&packet, ip, l4, kind);
	else
		end_tcp(&packet, ip, l4, kind);
	end_ip(&packet, ip);
}

static const struct {
	enum sum_kind kind;
	const char *name;
} kinds[] = {
	{SUM_RIGHT, "ok"},  {SUM_PARTIAL, "partial"}, {SUM_NOLEN, "partial_nolen"},
	{SUM_ZERO, "zero"}, {SUM_WRONG, "bad"},
};

/* UDP over IPv4 without a checksum has none; elsewhere a zero is a zero. */
static const char *name_of(size_t i, bool v6, bool udp)
{
	return kinds[i].kind == SUM_ZERO && udp && !v6 ? "none" : kinds[i].name;
}

static void test_plain(void **state)
{
	static const uint32_t payloads[] = {0, 1, 2, 31, 1460, 1461, 60001};
	char wanted[64];

	(void)state;
	for (size_t i = 0; i < array_size(kinds); i++) {
		for (unsigned int j = 0; j < 4 * array_size(payloads); j++) {
			bool v6 = j & 1, udp = j & 2;

			put_plain(v6, udp, payloads[j / 4], kinds[i].kind);
			snprintf(wanted, sizeof(wanted), "%s%s=%s", v6 ? "" : "ipv4=ok ",
				 udp ? "udp" : "tcp", name_of(i, v6, udp));
			assert_sums(wanted);
		}
	}
}

/* A single wrong bit anywhere in pseudo-header, header or payload shows. */
static void test_every_bit(void **state)
{
	(void)state;
	put_plain(true, false, 33, SUM_RIGHT);
	for (uint32_t off = 14 + 8; off < packet.length; off++) {
		struct frame frame = frame_of(&packet, 1);

		if (off == 14 + 40 + 12)
			continue; /* the length of the header itself */
		packet.bytes[off] ^= 0x10;
		assert_frame(&frame, "tcp=bad");
		packet.bytes[off] ^= 0x10;
	}
	assert_sums("tcp=ok");
}

static void test_ipv4_header(void **state)
{
	(void)state;
	put_plain(false, false, 5, SUM_RIGHT);
	set16(&packet, 24, 0);
	assert_sums("ipv4=zero tcp=ok");
	put_plain(false, false, 5, SUM_RIGHT);
	packet.bytes[22]--;
	assert_sums("ipv4=bad tcp=ok");
	/* Options belong to the sum. */
	for (unsigned int wrong = 0; wrong < 2; wrong++) {
		uint32_t tcp;

		put_ethernet(&packet, 0x0800);
		put_ipv4(&packet, 6);
		set8(&packet, 14, 0x47);
		put_hex(&packet, "94040000 01010101");
		tcp = put_tcp(&packet);
		end_tcp(&packet, 14, tcp, SUM_RIGHT);
		end_ip(&packet, 14);
		packet.bytes[41] ^= (uint8_t)wrong;
		assert_sums(wrong ? "ipv4=bad tcp=ok" : "ipv4=ok tcp=ok");
	}
}

/* A header whose right checksum is 0 is right: RFC 1624 section 3 says when. */
static void test_ipv4_right_zero(void **state)
{
	uint32_t checksum;

	(void)state;
	put_plain(false, false, 0, SUM_RIGHT);
	checksum = (uint32_t)packet.bytes[24] << 8 | packet.bytes[25];
	/* The ID takes over what the checksum would have to add. */
	set16(&packet, 18, (1 + checksum) % 65535);
	end_ip(&packet, 14);
	assert_int_equal(packet.bytes[24] << 8 | packet.bytes[25], 0);
	assert_sums("ipv4=ok tcp=ok");
}

/* A worked example that many texts have: 192.168.0.1 to 192.168.0.199, checksum b861. */
static void test_known_ipv4_header(void **state)
{
	(void)state;
	put_ethernet(&packet, 0x0800);
	put_hex(&packet, "4500 0073 0000 4000 4011 b861 c0a80001 c0a800c7");
	put_udp(&packet, 9);
	put_filler(&packet, 0x73 - 28);
	end_udp(&packet, 14, 34, SUM_RIGHT);
	assert_sums("ipv4=ok udp=ok");
}

/* Longer than 16 bits can say: BIG TCP of both versions, whose length is 0 (RFC 2675 for jumbo). */
static void test_longer_than_64k(void **state)
{
	char wanted[64];

	(void)state;
	for (size_t i = 0; i < array_size(kinds); i++) {
		for (unsigned int v6 = 0; v6 < 2; v6++) {
			put_plain(v6, false, 140001, kinds[i].kind);
			snprintf(wanted, sizeof(wanted), "%stcp=%s", v6 ? "" : "ipv4=ok ",
				 kinds[i].name);
			assert_sums(wanted);
		}
		put_ethernet(&packet, 0x86dd);
		put_ipv6(&packet, 0);
		put_hex(&packet, "0600 c204 00000000");
		put_tcp(&packet);
		put_filler(&packet, 100001);
		end_tcp(&packet, 14, 62, kinds[i].kind);
		end_ip(&packet, 14);
		set32(&packet, 58, packet.length - 54);
		snprintf(wanted, sizeof(wanted), "tcp=%s", kinds[i].name);
		assert_sums(wanted);
	}
}

/* RFC 8200 section 8.1: the pseudo-header has the final destination, not the next stop. */
static void test_routing_header(void **state)
{
	/* Type 2 (RFC 6275): one address. Type 4 (RFC 8754): backwards, the last segment first. */
	static const char *const headers[] = {
		"0602 0201 00000000 fd00 0000 0000 0000 0000 0000 0000 0099",
		"0604 0401 01000000 fd00 0000 0000 0000 0000 0000 0000 0099"
		"fd00 0000 0000 0000 0000 0000 0000 0001",
	};

	(void)state;
	for (size_t i = 0; i < array_size(headers); i++) {
		for (unsigned int final = 0; final < 2; final++) {
			uint32_t tcp;

			put_ethernet(&packet, 0x86dd);
			put_ipv6(&packet, 43);
			put_hex(&packet, headers[i]);
			tcp = put_tcp(&packet);
			put_filler(&packet, 9);
			end_ip(&packet, 14);
			packet.bytes[14 + 39] = final ? 0x99 : 1;
			end_tcp(&packet, 14, tcp, SUM_RIGHT);
			packet.bytes[14 + 39] = 1;
			assert_sums(final ? "tcp=ok" : "tcp=bad");
		}
	}
	/* No segments left: the destination is the one of the header. */
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 43);
	put_hex(&packet, "0602 0200 00000000 fd00 0000 0000 0000 0000 0000 0000 0099");
	put_tcp(&packet);
	end_ip(&packet, 14);
	end_tcp(&packet, 14, 78, SUM_RIGHT);
	assert_sums("tcp=ok");
}

/* RFC 6275 section 11.3.1: with a home address option, the pseudo-header has the home address. */
static void test_home_address(void **state)
{
	(void)state;
	for (unsigned int home = 0; home < 2; home++) {
		put_ethernet(&packet, 0x86dd);
		put_ipv6(&packet, 60);
		put_hex(&packet, "0602 0102 0000 c910 fd00 0000 0000 0000 0000 0000 0000 0077");
		put_tcp(&packet);
		put_filler(&packet, 9);
		end_ip(&packet, 14);
		packet.bytes[14 + 23] = home ? 0x77 : 2;
		end_tcp(&packet, 14, 78, SUM_RIGHT);
		packet.bytes[14 + 23] = 2;
		assert_sums(home ? "tcp=ok" : "tcp=bad");
	}
	/* The same number in another header is another option. */
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 0);
	put_hex(&packet, "0602 0102 0000 c910 fd00 0000 0000 0000 0000 0000 0000 0077");
	put_tcp(&packet);
	end_ip(&packet, 14);
	end_tcp(&packet, 14, 78, SUM_RIGHT);
	assert_sums("tcp=ok");
}

/**
 * struct tunnel - offsets of a frame of IP, UDP, VXLAN, Ethernet, IP, TCP or UDP
 */
struct tunnel {
	uint32_t outer, outer_udp, inner, inner_l4;
	bool udp;
};

/* Length and checksum fields are filled in by end_tunnel(). @v6: bit 0 outer, bit 1 inner. */
static struct tunnel put_tunnel(unsigned int v6, bool udp, uint32_t payload)
{
	struct tunnel tunnel = {.udp = udp};

	tunnel.outer = put_ip(v6 & 1, 17);
	tunnel.outer_udp = put_udp(&packet, 4789);
	put_vxlan(&packet, 7);
	put_ethernet(&packet, v6 & 2 ? 0x86dd : 0x0800);
	tunnel.inner = put_ip(v6 & 2, udp ? 17 : 6);
	tunnel.inner_l4 = udp ? put_udp(&packet, 9) : put_tcp(&packet);
	put_filler(&packet, payload);
	return tunnel;
}

static void end_inner(const struct tunnel *tunnel, enum sum_kind kind)
{
	end_ip(&packet, tunnel->inner);
	if (tunnel->udp)
		end_udp(&packet, tunnel->inner, tunnel->inner_l4, kind);
	else
		end_tcp(&packet, tunnel->inner, tunnel->inner_l4, kind);
}

static void end_tunnel(const struct tunnel *tunnel, enum sum_kind outer, enum sum_kind inner)
{
	end_inner(tunnel, inner);
	end_udp(&packet, tunnel->outer, tunnel->outer_udp, outer);
	end_ip(&packet, tunnel->outer);
}

/* What local checksum offload does: the outer checksum is that of the frame as the NIC finishes it. */
static void end_tunnel_lco(const struct tunnel *tunnel)
{
	uint32_t field = tunnel->inner_l4 + (tunnel->udp ? 6 : 16);
	uint8_t partial[2];

	end_inner(tunnel, SUM_PARTIAL);
	memcpy(partial, packet.bytes + field, 2);
	end_tunnel(tunnel, SUM_RIGHT, SUM_RIGHT);
	memcpy(packet.bytes + field, partial, 2);
}

static void test_in_tunnel(void **state)
{
	char wanted[96];

	(void)state;
	for (size_t outer = 0; outer < array_size(kinds); outer++) {
		for (size_t inner = 0; inner < array_size(kinds); inner++) {
			for (unsigned int i = 0; i < 8; i++) {
				bool v6 = i & 1, inner6 = i & 2, udp = i & 4;
				struct tunnel tunnel;

				put_ethernet(&packet, v6 ? 0x86dd : 0x0800);
				tunnel = put_tunnel(i & 3, udp, 101);
				end_tunnel(&tunnel, kinds[outer].kind, kinds[inner].kind);
				/* Over IPv6 a tunnel may do without, too (RFC 6935). */
				snprintf(wanted, sizeof(wanted), "%sudp=%s %s%s=%s",
					 v6 ? "" : "ipv4=ok ", name_of(outer, false, true),
					 inner6 ? "" : "ipv4=ok ", udp ? "udp" : "tcp",
					 name_of(inner, inner6, udp));
				assert_sums(wanted);
			}
		}
	}
}

static void test_lco(void **state)
{
	char wanted[96];

	(void)state;
	for (unsigned int i = 0; i < 16; i++) {
		bool v6 = i & 1, inner6 = i & 2, udp = i & 4;
		struct tunnel tunnel;

		put_ethernet(&packet, v6 ? 0x86dd : 0x0800);
		tunnel = put_tunnel(i & 3, udp, i & 8 ? 101 : 100);
		end_tunnel_lco(&tunnel);
		snprintf(wanted, sizeof(wanted), "%sudp=lco %s%s=partial", v6 ? "" : "ipv4=ok ",
			 inner6 ? "" : "ipv4=ok ", udp ? "udp" : "tcp");
		assert_sums(wanted);
		/* One bit of the tunnel header more, and it is nothing but wrong. */
		put_ethernet(&packet, v6 ? 0x86dd : 0x0800);
		tunnel = put_tunnel(i & 3, udp, 100);
		end_tunnel_lco(&tunnel);
		packet.bytes[tunnel.outer_udp + 14] ^= 1;
		snprintf(wanted, sizeof(wanted), "%sudp=bad %s%s=partial", v6 ? "" : "ipv4=ok ",
			 inner6 ? "" : "ipv4=ok ", udp ? "udp" : "tcp");
		assert_sums(wanted);
	}
}

/* Payload is no part of it: LCO is recognised in frames cut right behind the inner checksum. */
static void test_lco_cut(void **state)
{
	struct tunnel tunnel;
	struct frame frame;

	(void)state;
	put_ethernet(&packet, 0x0800);
	tunnel = put_tunnel(0, false, 1000);
	end_tunnel_lco(&tunnel);
	frame = frame_of(&packet, 1);
	frame.bytes.length = tunnel.inner_l4 + 20;
	assert_frame(&frame, "ipv4=ok udp=lco ipv4=ok tcp=partial");
}

/* Two tunnels, both checksums made for the finished innermost one; PPP puts it at an odd offset. */
static void test_lco_in_two_tunnels(void **state)
{
	(void)state;
	for (unsigned int odd = 0; odd < 2; odd++) {
		uint32_t middle, middle_udp, inner, tcp;
		uint8_t partial[2];

		put_ethernet(&packet, 0x0800);
		put_ipv4(&packet, 17);
		put_udp(&packet, 6081);
		put_hex(&packet, "00000800 00000900");
		middle = put_ipv4(&packet, 17);
		middle_udp = put_udp(&packet, 6081);
		if (odd) {
			uint32_t gre;

			put_hex(&packet, "00000800 00000a00");
			gre = put_ipv4(&packet, 47);
			put_hex(&packet, "0000 880b 21");
			inner = put_ipv4(&packet, 6);
			tcp = put_tcp(&packet);
			put_filler(&packet, 77);
			end_ip(&packet, gre);
		} else {
			put_hex(&packet, "00000800 00000a00");
			inner = put_ipv4(&packet, 6);
			tcp = put_tcp(&packet);
			put_filler(&packet, 77);
		}
		end_ip(&packet, inner);
		end_ip(&packet, middle);
		end_ip(&packet, 14);
		end_tcp(&packet, inner, tcp, SUM_PARTIAL);
		memcpy(partial, packet.bytes + tcp + 16, 2);
		end_tcp(&packet, inner, tcp, SUM_RIGHT);
		end_udp(&packet, middle, middle_udp, SUM_RIGHT);
		end_udp(&packet, 14, 34, SUM_RIGHT);
		memcpy(packet.bytes + tcp + 16, partial, 2);
		assert_int_equal((tcp - middle_udp) % 2, odd);
		assert_sums(odd ? "ipv4=ok udp=lco ipv4=ok udp=lco ipv4=ok ipv4=ok tcp=partial"
				: "ipv4=ok udp=lco ipv4=ok udp=lco ipv4=ok tcp=partial");
	}
}

/* The sum of an inner part is used again for the outer one: at odd offsets, with trailers. */
static void test_parts(void **state)
{
	(void)state;
	for (uint32_t payload = 0; payload < 4; payload++) {
		for (uint32_t trailer = 0; trailer < 4; trailer++) {
			uint32_t gre, inner, tcp;

			put_ethernet(&packet, 0x0800);
			put_ipv4(&packet, 17);
			put_udp(&packet, 6081);
			put_hex(&packet, "00000800 00000900");
			gre = put_ipv4(&packet, 47);
			put_hex(&packet, "0000 880b 21");
			inner = put_ipv4(&packet, 6);
			tcp = put_tcp(&packet);
			put_filler(&packet, payload);
			end_ip(&packet, inner);
			end_tcp(&packet, inner, tcp, SUM_RIGHT);
			put_filler(&packet, trailer);
			end_ip(&packet, gre);
			end_ip(&packet, 14);
			end_udp(&packet, 14, 34, SUM_RIGHT);
			assert_sums("ipv4=ok udp=ok ipv4=ok ipv4=ok tcp=ok");
		}
	}
}

/* Cut right behind the checksum field's header: partial ones are known all the same. */
static void test_cut(void **state)
{
	char wanted[64];

	(void)state;
	for (size_t i = 0; i < array_size(kinds); i++) {
		bool partial = kinds[i].kind == SUM_PARTIAL || kinds[i].kind == SUM_NOLEN;

		for (unsigned int j = 0; j < 4; j++) {
			bool v6 = j & 1, udp = j & 2;
			struct frame frame;

			put_plain(v6, udp, 1400, kinds[i].kind);
			frame = frame_of(&packet, 1);
			frame.bytes.length = 14 + ip_bytes(v6) + (udp ? 8u : 20u);
			snprintf(wanted, sizeof(wanted), "%s%s=%s", v6 ? "" : "ipv4=ok ",
				 udp ? "udp" : "tcp",
				 partial				   ? kinds[i].name
				 : kinds[i].kind == SUM_ZERO && udp && !v6 ? "none"
									   : "unverified");
			assert_frame(&frame, wanted);
			/* One byte less, and there is no such header. */
			frame.bytes.length--;
			assert_frame(&frame, v6 ? "" : "ipv4=ok");
			packet.length = 0;
		}
	}
}

static void test_cut_in_options(void **state)
{
	struct frame frame;

	(void)state;
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 6);
	set8(&packet, 14, 0x46);
	put_hex(&packet, "94040000");
	put_tcp(&packet);
	end_ip(&packet, 14);
	frame = frame_of(&packet, 1);
	frame.bytes.length = 37;
	assert_frame(&frame, "ipv4=unverified");
}

/* A common header of zeros with this checksum, and 20 zeros behind it. */
static void put_sctp(bool v6, const char *checksum)
{
	put_ethernet(&packet, v6 ? 0x86dd : 0x0800);
	put_ip(v6, 132);
	put_hex(&packet, "0000 0000 0000 0000");
	put_hex(&packet, checksum);
	put_zeros(&packet, 20);
	end_ip(&packet, 14);
}

/*
 * RFC 3720 section B.4: the CRC32c of 32 bytes of zeros is aa 36 91 8a, in the order in which they
 * are sent. With the field taken as zero, an SCTP packet of 32 zeros has just this checksum.
 */
static void test_sctp(void **state)
{
	(void)state;
	put_sctp(false, "aa36918a");
	assert_sums("ipv4=ok sctp=ok");
	put_sctp(true, "aa36918a");
	assert_sums("sctp=ok");
	put_sctp(false, "8a9136aa");
	assert_sums("ipv4=ok sctp=bad");
	put_sctp(false, "00000000");
	assert_sums("ipv4=ok sctp=zero");
	put_sctp(false, "aa36918a");
	packet.bytes[packet.length - 1] ^= 1;
	assert_sums("ipv4=ok sctp=bad");
}

static void test_sctp_unverified(void **state)
{
	struct frame frame;

	(void)state;
	put_sctp(false, "aa36918a");
	frame = frame_of(&packet, 1);
	frame.bytes.length--;
	assert_frame(&frame, "ipv4=ok sctp=unverified");
	frame = frame_of(&packet, 1);
	set16(&packet, 20, 0x2000);
	end_ip(&packet, 14);
	assert_frame(&frame, "ipv4=ok sctp=unverified");
	set16(&packet, 20, 0);
	set16(&packet, 16, 100);
	assert_frame(&frame, "ipv4=bad sctp=unverified");
}

/* Of a fragment, and of a packet that is longer than what is there, nothing can be said. */
static void test_unverified(void **state)
{
	(void)state;
	for (unsigned int udp = 0; udp < 2; udp++) {
		put_plain(false, udp, 16, SUM_RIGHT);
		set16(&packet, 20, 0x2000);
		end_ip(&packet, 14);
		assert_sums(udp ? "ipv4=ok udp=unverified" : "ipv4=ok tcp=unverified");
		put_plain(true, udp, 16, SUM_RIGHT);
		set16(&packet, 18, 1000);
		/* UDP has a length of its own, which is right. */
		assert_sums(udp ? "udp=ok" : "tcp=unverified");
	}
	put_plain(false, true, 16, SUM_RIGHT);
	set16(&packet, 38, 25);
	assert_sums("ipv4=ok udp=unverified");
	put_plain(false, true, 16, SUM_ZERO);
	set16(&packet, 20, 0x2000);
	end_ip(&packet, 14);
	assert_sums("ipv4=ok udp=none");
	put_plain(false, false, 16, SUM_RIGHT);
	set16(&packet, 20, 0x0001);
	end_ip(&packet, 14);
	assert_sums("ipv4=ok");
}

/* The inner packet of a first outer fragment goes on in the next one, padding or not. */
static void test_inside_a_fragment(void **state)
{
	struct tunnel tunnel;

	(void)state;
	for (unsigned int padded = 0; padded < 2; padded++) {
		put_ethernet(&packet, 0x0800);
		tunnel = put_tunnel(0, false, 100);
		end_tunnel(&tunnel, SUM_RIGHT, SUM_RIGHT);
		packet.length -= 10;
		set16(&packet, 16, packet.length - 14);
		set16(&packet, 20, 0x2000);
		set16(&packet, 24, 0);
		set16(&packet, 24, 65535u - folded(words_total(packet.bytes + 14, 20)));
		put_zeros(&packet, padded ? 16 : 0);
		assert_sums("ipv4=ok udp=unverified ipv4=ok tcp=unverified");
	}
}

/* RFC 768: a checksum that comes out as 0 is sent as 0xffff, and is right. */
static void test_udp_ffff(void **state)
{
	uint32_t checksum;

	(void)state;
	put_plain(false, true, 2, SUM_RIGHT);
	checksum = (uint32_t)packet.bytes[40] << 8 | packet.bytes[41];
	/* The payload takes over what the checksum would have to add. */
	set16(&packet, 42, ((uint32_t)packet.bytes[42] << 8 | packet.bytes[43]) + checksum);
	end_udp(&packet, 14, 34, SUM_RIGHT);
	assert_int_equal(packet.bytes[40] << 8 | packet.bytes[41], 0xffff);
	assert_sums("ipv4=ok udp=ok");
}

/* A UDP length of 0 is that of the packet; a shorter one leaves bytes out of the sum. */
static void test_udp_lengths(void **state)
{
	(void)state;
	put_plain(true, true, 20, SUM_RIGHT);
	set16(&packet, 54 + 4, 0);
	set_checksum(&packet, 14, 54, 60, SUM_RIGHT);
	assert_sums("udp=ok");
	put_ethernet(&packet, 0x86dd);
	put_ipv6(&packet, 17);
	put_udp(&packet, 9);
	put_filler(&packet, 20);
	end_udp(&packet, 14, 54, SUM_RIGHT);
	put_filler(&packet, 5);
	end_ip(&packet, 14);
	assert_sums("udp=ok");
}

static void test_no_checksums(void **state)
{
	(void)state;
	assert_sums("");
	put_ethernet(&packet, 0x0806);
	assert_sums("");
	put_ethernet(&packet, 0x0800);
	put_ipv4(&packet, 1);
	put_zeros(&packet, 8);
	end_ip(&packet, 14);
	assert_sums("ipv4=ok");
}

static void test_is_offload(void **state)
{
	(void)state;
	for (enum csum_verdict verdict = 0; verdict <= CSUM_NO_FIELD; verdict++)
		assert_int_equal(csum_is_offload(verdict), verdict == CSUM_PARTIAL ||
								   verdict == CSUM_PARTIAL_NOLEN ||
								   verdict == CSUM_LCO);
}

static int reset(void **state)
{
	(void)state;
	packet.length = 0;
	return 0;
}

#define test(name) cmocka_unit_test_setup(test_##name, reset)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(plain),
		test(every_bit),
		test(ipv4_header),
		test(ipv4_right_zero),
		test(known_ipv4_header),
		test(longer_than_64k),
		test(routing_header),
		test(home_address),
		test(in_tunnel),
		test(lco),
		test(lco_cut),
		test(lco_in_two_tunnels),
		test(parts),
		test(cut),
		test(cut_in_options),
		test(sctp),
		test(sctp_unverified),
		test(unverified),
		test(inside_a_fragment),
		test(udp_ffff),
		test(udp_lengths),
		test(no_checksums),
		test(is_offload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
