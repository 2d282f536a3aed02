/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are packets merged that a receiver merges, and no others; does the reason say why not?
 *
 * What came out of real kernels was measured: 6.18.44 with a veth pair, a vxlan device and a packet socket
 * with PACKET_VNET_HDR behind it; 6.1.192 and 6.12.86 with a TAP in place of the veth.
 */
#include "tests/unit/gro_bytes.h"

#define SINGLES "1054 1054 1054 1054 1054"
#define WRAPPED "1104 1104 1104 1104 1104"

/* Five packets of 1000 bytes unless it says otherwise. */
static const struct {
	const char *line, *wanted;
} measured_on_6_18[] = {
	{"id=+5", "5054/1000"},
	{"id=0", "5054/1000"},
	{"df=0 id=+5", "5054/1000"},
	{"df=0 id=0", "5054/1000"},
	{"df=0 id=7,907,12,40000,3", SINGLES},
	{"id=7,907,12,40000,3", SINGLES},
	{"id=65534,65535,0,1,2", "5054/1000"},
	{"id=0x7ffe,0x7fff,0,1,2", "2054/1000 3054/1000"},
	{"n=4 id=1,2,2,2", "2054/1000 2054/1000"},
	{"n=4 id=1,1,2,3", "2054/1000 2054/1000"},
	{"df=1,1,0", "2054/1000 3054/1000"},
	{"payload=1000,1000,1000,1000,300", "4354/1000"},
	{"payload=1000,1000,300,1000", "2354/1000 2054/1000"},
	{"payload=500,1000", "554 4054/1000"},
	{"flags=0x10,0x10,0x18,0x10", "3054/1000 2054/1000"},
	{"flags=0x18", SINGLES},
	{"flags=0x10,0x10,0x10,0x10,0x11", "5054/1000"},
	{"flags=0x90,0x10", "1054 4054/1000"},
	{"flags=0x10,0x10,0x90,0x10", "2054/1000 1054 2054/1000"},
	{"flags=0x90", SINGLES},
	{"flags=0x10,0x10,0x50", "2054/1000 3054/1000"},
	{"flags=0x10,0x10,0x30,0x10", "2054/1000 1054 2054/1000"},
	{"ack=1,1,2", "2054/1000 3054/1000"},
	{"window=1,1,2", "2054/1000 3054/1000"},
	{"options=1 stamp=1", "5066/1000"},
	{"options=1 stamp=1,1,2", "2066/1000 3066/1000"},
	{"ttl=64,64,63", "2054/1000 3054/1000"},
	{"tos=0,0,8", "2054/1000 3054/1000"},
	{"tos=2,2,3,2", "2054/1000 1054 2054/1000"},
	{"sum=0,0,4,0", "1054 2054/1000 2054/1000"},
	{"ipv4_sum=0,0,4,0", "1054 2054/1000 2054/1000"},
	{"ipopt=1", "1058 1058 1058 1058 1058"},
	{"gap=0,0,1000,0", "2054/1000 3054/1000"},
	{"payload=0", "54 54 54 54 54"},
	{"payload=1 pad=5", "55 55 55 55 55"},
	{"n=50 payload=1448", "65214/1448 7294/1448"},
	{"v6=1", "5074/1000"},
	{"v6=1 label=1,1,2", "2074/1000 3074/1000"},
	{"v6=1 ttl=64,64,63", "2074/1000 3074/1000"},
	{"v6=1 tos=0,0,8", "2074/1000 3074/1000"},
	{"tunnel=1 odf=0", "5104/1000"},
	{"tunnel=1 odf=0 oid=0", "5104/1000"},
	{"tunnel=1 odf=0 oid=7,907,12,40000,3", WRAPPED},
	{"tunnel=1 odf=1", "5104/1000"},
	{"tunnel=1 odf=1 oid=0", "5104/1000"},
	{"tunnel=1 odf=1 oid=7,907,12,40000,3", WRAPPED},
	{"tunnel=1 odf=0 id=0", "5104/1000"},
	{"tunnel=1 odf=0 df=0", "5104/1000"},
	{"tunnel=1 odf=0 df=0 id=7,907,12,40000,3", WRAPPED},
	{"tunnel=1 odf=1 oid=0 df=0 id=7,907,12,40000,3", WRAPPED},
	{"tunnel=1 odf=0 id=7,907,12,40000,3", WRAPPED},
	{"tunnel=1 odf=0 oid=2,4,6,8,10", WRAPPED},
	{"tunnel=1 outer_sum=0", "5104/1000"},
	{"tunnel=1 outer_sum=0,0,4,0", "1104 2104/1000 2104/1000"},
	{"tunnel=1 outer_sum=3,3,0", "2104/1000 3104/1000"},
	{"tunnel=1 sum=0,0,4,0", "1104 2104/1000 2104/1000"},
	{"tunnel=1 osport=50000,50000,50001", "2104/1000 3104/1000"},
	{"tunnel=1 vni=7,7,8", "2104/1000 3104/1000"},
	{"tunnel=1 ottl=64,64,63", "2104/1000 3104/1000"},
	{"tunnel=1 otos=2,2,3,2", "2104/1000 1104 2104/1000"},
	{"tunnel=1 odf=1,1,0", "2104/1000 3104/1000"},
	{"tunnel=1 port=4790", WRAPPED},
	{"tunnel=1 flags=0x10,0x10,0x18,0x10", "3104/1000 2104/1000"},
	{"tunnel=1 v6=2", "5124/1000"},
	{"tunnel=1 v6=1 outer_sum=0", "5124/1000"},
	{"tunnel=1 v6=1", "5124/1000"},
	{"udp=1", "1042 1042 1042 1042 1042"},
};

static void test_measured_on_6_18(void **state)
{
	(void)state;
	for (size_t i = 0; i < array_size(measured_on_6_18); i++)
		assert_line("linux-6.18", measured_on_6_18[i].line, measured_on_6_18[i].wanted);
}

#define COUNTS(name) name "=+100"
#define STAYS(name)  name "=0"
#define JUMPS(name)  name "=1,4,7,10,13,16,19,22,25,28"

/* Ten packets in VXLAN; m: one super-frame of them, p: pairs, n: as they are; 6.1, 6.12, 6.18. */
static const struct {
	const char *oid;
	unsigned int odf;
	const char *id;
	unsigned int df;
	const char *wanted;
} measured_on_three[] = {
	{COUNTS("oid"), 0, COUNTS("id"), 0, "mmm"}, {COUNTS("oid"), 0, COUNTS("id"), 1, "mmm"},
	{COUNTS("oid"), 0, JUMPS("id"), 0, "nnn"},  {COUNTS("oid"), 0, JUMPS("id"), 1, "nnn"},
	{COUNTS("oid"), 0, STAYS("id"), 0, "nnm"},  {COUNTS("oid"), 0, STAYS("id"), 1, "mpm"},
	{COUNTS("oid"), 1, COUNTS("id"), 0, "mmm"}, {COUNTS("oid"), 1, COUNTS("id"), 1, "mmm"},
	{COUNTS("oid"), 1, JUMPS("id"), 0, "nnn"},  {COUNTS("oid"), 1, JUMPS("id"), 1, "nnn"},
	{COUNTS("oid"), 1, STAYS("id"), 0, "nnm"},  {COUNTS("oid"), 1, STAYS("id"), 1, "mmm"},
	{JUMPS("oid"), 0, COUNTS("id"), 0, "nnn"},  {JUMPS("oid"), 0, COUNTS("id"), 1, "nnn"},
	{JUMPS("oid"), 0, JUMPS("id"), 0, "nnn"},   {JUMPS("oid"), 0, JUMPS("id"), 1, "nnn"},
	{JUMPS("oid"), 0, STAYS("id"), 0, "nnn"},   {JUMPS("oid"), 0, STAYS("id"), 1, "nnn"},
	{JUMPS("oid"), 1, COUNTS("id"), 0, "mmn"},  {JUMPS("oid"), 1, COUNTS("id"), 1, "mmn"},
	{JUMPS("oid"), 1, JUMPS("id"), 0, "nnn"},   {JUMPS("oid"), 1, JUMPS("id"), 1, "nnn"},
	{JUMPS("oid"), 1, STAYS("id"), 0, "nnn"},   {JUMPS("oid"), 1, STAYS("id"), 1, "mmn"},
	{STAYS("oid"), 0, COUNTS("id"), 0, "nnm"},  {STAYS("oid"), 0, COUNTS("id"), 1, "nnm"},
	{STAYS("oid"), 0, JUMPS("id"), 0, "nnn"},   {STAYS("oid"), 0, JUMPS("id"), 1, "nnn"},
	{STAYS("oid"), 0, STAYS("id"), 0, "nnm"},   {STAYS("oid"), 0, STAYS("id"), 1, "nnm"},
	{STAYS("oid"), 1, COUNTS("id"), 0, "mmm"},  {STAYS("oid"), 1, COUNTS("id"), 1, "mmm"},
	{STAYS("oid"), 1, JUMPS("id"), 0, "nnn"},   {STAYS("oid"), 1, JUMPS("id"), 1, "nnn"},
	{STAYS("oid"), 1, STAYS("id"), 0, "nnm"},   {STAYS("oid"), 1, STAYS("id"), 1, "mmm"},
};

static void test_measured_on_three(void **state)
{
	static const char *const models[] = {"linux-4.7", "linux-6.10", "linux-6.18"};
	char line[256];

	(void)state;
	for (size_t i = 0; i < array_size(measured_on_three); i++) {
		snprintf(line, sizeof(line), "n=10 tunnel=1 %s odf=%u %s df=%u",
			 measured_on_three[i].oid, measured_on_three[i].odf,
			 measured_on_three[i].id, measured_on_three[i].df);
		for (size_t m = 0; m < 3; m++) {
			char wanted = measured_on_three[i].wanted[m];

			assert_line(models[m], line,
				    wanted == 'm'   ? "10104/1000"
				    : wanted == 'p' ? "2104/1000 2104/1000 2104/1000 2104/1000 "
						      "2104/1000"
						    : WRAPPED " " WRAPPED);
		}
	}
}

/* Without a tunnel, by the sources of each generation. */
static void test_plain_ids(void **state)
{
	static const struct {
		const char *line, *until_6_17, *since_6_18;
	} cases[] = {
		{"df=1 id=+5", "5054/1000", "5054/1000"},
		{"df=1 id=0", "5054/1000", "5054/1000"},
		{"df=1 id=1,4,7,10,13", SINGLES, SINGLES},
		{"df=0 id=+5", "5054/1000", "5054/1000"},
		{"df=0 id=0", SINGLES, "5054/1000"},
		{"df=0 id=1,4,7,10,13", SINGLES, SINGLES},
		{"df=1 id=+65534", "5054/1000", "5054/1000"},
		{"df=0 id=+65534", "5054/1000", "5054/1000"},
		/* Two that stay decide for staying, two that count for counting. */
		{"df=1 id=1,1,1,2,2", "3054/1000 2054/1000", "3054/1000 2054/1000"},
		{"df=1 id=1,2,3,3,3", "3054/1000 2054/1000", "3054/1000 2054/1000"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		assert_line("linux-4.7", cases[i].line, cases[i].until_6_17);
		assert_line("linux-6.10", cases[i].line, cases[i].until_6_17);
		assert_line("linux-6.15", cases[i].line, cases[i].until_6_17);
		assert_line("linux-6.18", cases[i].line, cases[i].since_6_18);
	}
}

/* The bit that inner and outer header share: the outer ID has to go back to where it began. */
static void test_shared_bit(void **state)
{
	const char *line = "n=4 tunnel=1 odf=0 oid=5,6,5,5 df=1 id=0";

	(void)state;
	assert_line("linux-4.7", line, "2104/1000 1104 1104");
	assert_line("linux-6.10", line, "4104/1000");
	assert_line("linux-6.15", line, "4104/1000");
	assert_line("linux-6.18", line, "2104/1000 2104/1000");
}

/* CWR is a flag like others since 6.15; before, only the later packet must not have it. */
static void test_cwr(void **state)
{
	static const char *const first = "flags=0x90,0x10", *const third =
								    "flags=0x10,0x10,0x90,0x10";

	(void)state;
	assert_line("linux-4.7", first, "5054/1000");
	assert_line("linux-6.10", first, "5054/1000");
	assert_line("linux-6.15", first, "1054 4054/1000");
	assert_line("linux-4.7", third, "2054/1000 3054/1000");
	assert_line("linux-6.15", third, "2054/1000 1054 2054/1000");
	assert_line("linux-4.7", "flags=0x90", SINGLES);
}

/* A second packet that differs in one thing: just that is the reason. */
static const struct {
	const char *line;
	enum gro_reason reason;
	enum gro_fate fate;
	bool ends;
} rules_alone[] = {
	{"gap=0,1", GRO_SEQUENCE, GRO_BEGINS, true},
	{"back=0,1000", GRO_SEQUENCE, GRO_BEGINS, true},
	{"payload=1000,1001", GRO_SIZE, GRO_BEGINS, true},
	{"ack=1,2", GRO_ACK, GRO_BEGINS, true},
	{"window=1,2", GRO_WINDOW, GRO_BEGINS, true},
	{"flags=0x10,0x50", GRO_FLAGS, GRO_BEGINS, true},
	{"flags=0x50,0x10", GRO_FLAGS, GRO_BEGINS, true},
	{"ae=0,1", GRO_FLAGS, GRO_BEGINS, true},
	{"flags=0x10,0x90", GRO_CWR, GRO_BEGINS, true},
	{"flags=0x90,0x10", GRO_CWR, GRO_BEGINS, true},
	{"flags=0x10,0x30", GRO_CONTROL, GRO_PASSES, true},
	{"flags=0x10,0x12", GRO_CONTROL, GRO_PASSES, true},
	{"flags=0x10,0x14", GRO_CONTROL, GRO_PASSES, true},
	{"options=1 stamp=1,2", GRO_TIMESTAMP, GRO_BEGINS, true},
	{"options=2 stamp=1,2", GRO_OPTIONS, GRO_BEGINS, true},
	{"options=0,1", GRO_OPTIONS, GRO_BEGINS, true},
	{"options=1,2", GRO_OPTIONS, GRO_BEGINS, true},
	{"ttl=64,63", GRO_TTL, GRO_BEGINS, true},
	{"v6=1 ttl=64,63", GRO_TTL, GRO_BEGINS, true},
	{"tos=0,2", GRO_TOS, GRO_BEGINS, true},
	{"v6=1 tos=0,2", GRO_TOS, GRO_BEGINS, true},
	{"df=0,1", GRO_DF, GRO_BEGINS, true},
	{"id=1,3", GRO_ID, GRO_BEGINS, true},
	{"tunnel=1 ottl=64,63", GRO_OUTER_TTL, GRO_BEGINS, true},
	{"tunnel=1 otos=0,2", GRO_OUTER_TOS, GRO_BEGINS, true},
	{"tunnel=1 odf=0,1", GRO_OUTER_DF, GRO_BEGINS, true},
	{"tunnel=1 oid=1,3", GRO_OUTER_ID, GRO_BEGINS, true},
	{"tunnel=1 ttl=64,63", GRO_TTL, GRO_BEGINS, true},
	{"tunnel=1 id=1,3", GRO_ID, GRO_BEGINS, true},
	{"payload=1000,0", GRO_NO_PAYLOAD, GRO_PASSES, true},
	{"reserved=0,1", GRO_RESERVED_BIT, GRO_PASSES, true},
	{"payload=10 pad=0,6", GRO_LENGTH, GRO_PASSES, true},
	{"v6=1 payload=10 pad=0,6", GRO_LENGTH, GRO_PASSES, true},
	{"ipopt=0,1", GRO_IP_OPTIONS, GRO_PASSES, false},
	{"ipv4_sum=0,4", GRO_IP_CHECKSUM, GRO_PASSES, false},
	{"sum=0,4", GRO_CHECKSUM, GRO_PASSES, false},
	{"v6=1 sum=0,4", GRO_CHECKSUM, GRO_PASSES, false},
	{"tunnel=1 sum=0,4", GRO_CHECKSUM, GRO_PASSES, false},
	{"tunnel=1 outer_sum=0,4", GRO_CHECKSUM, GRO_PASSES, false},
};

static void test_rules_alone(void **state)
{
	static struct gro_run run;
	char line[128];

	(void)state;
	for (size_t i = 0; i < array_size(rules_alone); i++) {
		uint64_t why = GRO_BIT(rules_alone[i].reason);

		snprintf(line, sizeof(line), "n=2 %s", rules_alone[i].line);
		run_begin(&run, "linux-6.18", GRO_MODE_HOST);
		run_packets(&run, line);
		if (run.why != why || run.ends != (rules_alone[i].ends ? why : 0) ||
		    run.fate != rules_alone[i].fate)
			fail_msg("%s: why %llx, ends %llx, fate %d", line,
				 (unsigned long long)run.why, (unsigned long long)run.ends,
				 run.fate);
		/* Mended, it is merged: it was the only reason. */
		run_begin(&run, "linux-6.18", GRO_MODE_HOST);
		run.rules.mended = why;
		run_packets(&run, line);
		if (rules_alone[i].reason != GRO_CONTROL && run.fate != GRO_MERGED)
			fail_msg("%s: mended, and why is %llx", line, (unsigned long long)run.why);
	}
}

/* All reasons that hold, not only the first. */
static void test_reasons_together(void **state)
{
	static struct gro_run run;

	(void)state;
	run_begin(&run, "linux-6.18", GRO_MODE_HOST);
	run_packets(&run, "n=2 tunnel=1 ack=1,2 ottl=64,3 flags=0x10,0x18 payload=100,200");
	assert_int_equal(run.fate, GRO_PASSES);
	assert_int_equal(run.ends, GRO_BIT(GRO_ACK) | GRO_BIT(GRO_OUTER_TTL) | GRO_BIT(GRO_SIZE));
	assert_int_equal(run.why, run.ends | GRO_BIT(GRO_PUSH));
}

/* A checksum is not looked at once the IP header has said no: the packet meets its train. */
static void test_length_before_checksum(void **state)
{
	(void)state;
	assert_line("linux-6.18", "n=3 payload=10 pad=0,6,0 sum=0,4,0", "64 64 64");
	assert_line("linux-6.18", "n=3 payload=10 sum=0,4,0", "64 64 64");
	assert_line("linux-6.18", "n=4 sum=0,0,4,0 pad=0,0,6,0", "2054/1000 1054 1054");
}

static void test_limits(void **state)
{
	(void)state;
	/* 65495 bytes of payload and two headers are 65535; one more is too much. */
	assert_line("linux-6.18", "n=6 payload=13099", "65549/13099 13153");
	assert_line("linux-6.18", "n=2 payload=32748,32747", "65549/32748");
	assert_line("linux-6.18", "n=2 payload=32748", "32802 32802");
	assert_line("linux-6.18", "n=2 v6=1 payload=32738,32737", "65549/32738");
	assert_line("linux-6.18", "n=2 v6=1 payload=32738", "32812 32812");
	assert_line("linux-6.18", "n=2 tunnel=1 payload=32723,32722", "65549/32723");
	assert_line("linux-6.18", "n=2 tunnel=1 payload=32723", "32827 32827");
}

static void test_mended(void **state)
{
	static struct gro_run run;

	(void)state;
	run_begin(&run, "linux-6.18", GRO_MODE_HOST);
	run.rules.mended = GRO_BIT(GRO_PUSH);
	run_packets(&run, "flags=0x18");
	assert_string_equal(run_end(&run), "5054/1000");
	run_begin(&run, "linux-6.18", GRO_MODE_HOST);
	run.rules.mended = GRO_BIT(GRO_SHORT);
	run_packets(&run, "payload=1000,1000,300,1000");
	assert_string_equal(run_end(&run), "4354/1000");
	run_begin(&run, "linux-6.18", GRO_MODE_HOST);
	run.rules.mended = GRO_BIT(GRO_OUTER_ID);
	run_packets(&run, "tunnel=1 oid=7,907,12,40000,3");
	assert_string_equal(run_end(&run), "5104/1000");
	run_begin(&run, "linux-6.18", GRO_MODE_HOST);
	run.rules.mended = GRO_BIT(GRO_TIMESTAMP);
	run_packets(&run, "options=1 stamp=+1");
	assert_string_equal(run_end(&run), "5066/1000");
}

static const char *run_mode(const char *model, enum gro_mode mode, const char *line)
{
	static struct gro_run run;

	run_begin(&run, model, mode);
	run_packets(&run, line);
	return run_end(&run);
}

static void test_udp(void **state)
{
	static const enum gro_mode modes[] = {GRO_MODE_UDP, GRO_MODE_FORWARDING, GRO_MODE_FRAGLIST};

	(void)state;
	for (size_t i = 0; i < array_size(modes); i++) {
		const char *model = i % 2 ? "linux-4.7" : "linux-6.18";

#define udp(line) run_mode(model, modes[i], "udp=1 " line)
		assert_string_equal(udp(""), "5042/1000");
		assert_string_equal(udp("payload=1000,1000,300,1000"), "2342/1000 2042/1000");
		assert_string_equal(udp("payload=500,1000"), "542 4042/1000");
		assert_string_equal(udp("ttl=64,64,63"), "2042/1000 3042/1000");
		assert_string_equal(udp("id=1,2,9,10,11"), "2042/1000 3042/1000");
		/* These are turned away before the train is looked for. */
		assert_string_equal(udp("sum=0,0,4,0 id=1,2,0,3,4"), "1042 4042/1000");
		assert_string_equal(udp("sum=0,0,3,0 id=1,2,0,3,4"), "1042 4042/1000");
		assert_string_equal(udp("payload=9,9,9,0,9 id=1,2,3,0,4 n=5"), "42 78/9");
		assert_string_equal(udp("n=70 payload=10"), "682/10 102/10");
#undef udp
		assert_string_equal(run_mode("dpdk", modes[i], "udp=1 n=2"), "1042 1042");
	}
}

/* Chained packets keep their headers, whose bytes need room; TCP only since 6.10. */
static void test_fraglist(void **state)
{
	(void)state;
	assert_string_equal(run_mode("linux-6.18", GRO_MODE_FRAGLIST, "n=70 payload=10"),
			    "694/10 114/10");
	assert_string_equal(run_mode("linux-4.7", GRO_MODE_FRAGLIST, "n=70 payload=10"), "754/10");
	assert_string_equal(run_mode("linux-6.18", GRO_MODE_FORWARDING, "n=70 payload=10"),
			    "754/10");
	assert_string_equal(run_mode("linux-6.18", GRO_MODE_FRAGLIST, "flags=0x10,0x10,0x18,0x10"),
			    "2054/1000 1054 2054/1000");
	assert_string_equal(run_mode("linux-6.18", GRO_MODE_FRAGLIST, "n=2 payload=32728,32727"),
			    "65509/32728");
	assert_string_equal(run_mode("linux-6.18", GRO_MODE_FRAGLIST, "n=2 payload=32728"),
			    "32782 32782");
}

/*
 * The reserved bit keeps a packet from being merged before its checksum is looked at. Where packets
 * are chained that makes it unlike the others, and the train goes on without it.
 */
static void test_fraglist_reserved(void **state)
{
	const char *line = "udp=1 reserved=0,0,1,0 id=1,2,3,3,4";

	(void)state;
	assert_string_equal(run_mode("linux-6.18", GRO_MODE_FRAGLIST, line), "1042 4042/1000");
	assert_string_equal(run_mode("linux-6.18", GRO_MODE_FORWARDING, line),
			    "2042/1000 1042 2042/1000");
}

/* lib/gro/gro_tcp.h, gro_tcp4.c, gro_vxlan_tcp4.c of DPDK: check_seq_option() and its callers. */
static void test_dpdk(void **state)
{
	static const struct {
		const char *line, *wanted;
	} cases[] = {
		{"", "5054/1000"},
		/* Not looked at: checksums, window, TTL, TOS, sizes, IDs with DF. */
		{"sum=0,4 ipv4_sum=0,0,4 window=1,2,3,4 ttl=1,2,3 tos=0,1,2", "5054/1000"},
		{"payload=1000,300,1200,1,900", "3455/1000"},
		{"id=9,7,5,3,0", "5054/1000"},
		/* The ID counts without DF, as a plain number. */
		{"df=0 id=+65533", "3054/1000 2054/1000"},
		{"df=0 id=0", SINGLES},
		{"df=0 id=1,2,4,5,6", "2054/1000 3054/1000"},
		/* A train begins with a bare ACK flag; PSH and FIN may follow. */
		{"flags=0x18,0x10", "1054 4054/1000"},
		{"flags=0x10,0x18,0x10,0x11,0x10", "5054/1000"},
		{"flags=0x10,0x10,0x50,0x10", "1054 2054/1000 2054/1000"},
		{"flags=0x10,0x12,0x10", "1054 1054 3054/1000"},
		{"payload=1000,0,1000", "54 4054/1000"},
		/* Nothing ends a train but its size. */
		{"gap=0,1000,0 n=4", "1054 3054/1000"},
		{"ack=1,2,1,1,1 gap=0 back=0,0,1000,0", "4054/1000 1054"},
		{"options=1 stamp=1,2,2,2,2", "1066 4066/1000"},
		{"df=1,0 n=2", "1054 1054"},
		{"n=25", "20054/1000 5054/1000"},
		{"n=46 payload=1448 df=0", "29014/1448 29014/1448 8742/1448"},
		/* In front: 2000, then 1000, then 3000 and so on. */
		{"n=3 gap=0,0,0 back=0,2000,0 payload=1000", "2054/1000 1054"},
		{"n=3 back=0,2000,0 gap=0,0,1000", "3054/1000"},
		{"tunnel=1", "5104/1000"},
		{"tunnel=1 flags=0x10,0x10,0x18,0x10", "1104 2104/1000 2104/1000"},
		{"tunnel=1 odf=0 oid=0", WRAPPED},
		{"tunnel=1 odf=1 oid=9,3,7,0,1", "5104/1000"},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++)
		assert_line("dpdk", cases[i].line, cases[i].wanted);
}

/* Windows' rules for RSC: acknowledgments and timestamps may go on, sizes and IDs are free. */
static void test_lro(void **state)
{
	static const char *const models[] = {"lro-rsc", "mlx5-lro"};

	(void)state;
	for (size_t i = 0; i < array_size(models); i++) {
		assert_line(models[i], "id=9,7,5,3,0 ack=1,2,3 window=3,2,1", "5054/1000");
		assert_line(models[i], "options=1 stamp=+1", "5066/1000");
		assert_line(models[i], "n=4 options=1 stamp=5,5,4,4", "2066/1000 2066/1000");
		assert_line(models[i], "flags=0x10,0x10,0x11,0x10", "2054/1000 1054 2054/1000");
		assert_line(models[i], "tunnel=1", WRAPPED);
		assert_line(models[i], "gap=0,0,1,0", "2054/1000 3054/1000");
	}
}

/* A train that one model began may go on by the rules of another: nothing is taken for granted. */
static void test_other_rules_in_the_middle(void **state)
{
	static struct gro_run run, copy;

	(void)state;
	run_begin(&run, "linux-6.10", GRO_MODE_HOST);
	run_packets(&run, "n=4 tunnel=1 id=+1 oid=4,8,15,16");
	assert_int_equal(run.held[0].count, 4);
	copy = run;
	copy.rules.model = gro_model_lookup("linux-6.18");
	run_packets(&copy, "n=1 tunnel=1 id=5 oid=23");
	assert_int_equal(copy.why, GRO_BIT(GRO_OUTER_ID));

	run_begin(&run, "linux-6.18", GRO_MODE_HOST);
	run.rules.mended = GRO_BIT(GRO_ID);
	run_packets(&run, "n=4 id=4,8,15,16");
	assert_int_equal(run.held[0].count, 4);
	copy = run;
	copy.rules.mended = 0;
	run_packets(&copy, "n=1 id=23");
	assert_int_equal(copy.why, GRO_BIT(GRO_ID));

	run_begin(&run, "linux-6.18", GRO_MODE_HOST);
	run_packets(&run, "n=4 tunnel=1 oid=+1 id=9 odf=0");
	assert_int_equal(run.held[0].count, 4);
	copy = run;
	copy.rules.model = gro_model_lookup("linux-6.10");
	run_packets(&copy, "n=1 tunnel=1 oid=5 id=9 odf=0");
	assert_int_equal(copy.why, GRO_BIT(GRO_OUTER_ID));
}

/* A long train goes the short way: each thing that it compares is in the way there too. */
static void test_unexpected(void **state)
{
	static const struct {
		const char *line;
		enum gro_reason reason;
	} cases[] = {
		{"n=1 id=5 oid=5 gap=1", GRO_SEQUENCE},
		{"n=1 id=5 oid=5 payload=1001", GRO_SIZE},
		{"n=1 id=5 oid=5 ack=2", GRO_ACK},
		{"n=1 id=5 oid=5 window=2", GRO_WINDOW},
		{"n=1 id=5 oid=5 flags=0x50", GRO_FLAGS},
		{"n=1 id=5 oid=5 flags=0x90", GRO_CWR},
		{"n=1 id=5 oid=5 stamp=2", GRO_TIMESTAMP},
		{"n=1 id=5 oid=5 options=2", GRO_OPTIONS},
		{"n=1 id=5 oid=5 ttl=63", GRO_TTL},
		{"n=1 id=5 oid=5 tos=1", GRO_TOS},
		{"n=1 id=5 oid=5 df=0", GRO_DF},
		{"n=1 id=6 oid=5", GRO_ID},
		{"n=1 id=4 oid=5", GRO_ID},
		{"n=1 id=5 oid=5 ottl=63", GRO_OUTER_TTL},
		{"n=1 id=5 oid=5 otos=1", GRO_OUTER_TOS},
		{"n=1 id=5 oid=5 odf=0", GRO_OUTER_DF},
		{"n=1 id=5 oid=6", GRO_OUTER_ID},
		{"n=1 id=5 oid=1", GRO_OUTER_ID},
		{"n=1 id=5 oid=5 sum=4", GRO_CHECKSUM},
	};
	static struct gro_run run;
	char line[256];

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		bool options = strstr(cases[i].line, "options");

		run_begin(&run, "linux-6.18", GRO_MODE_HOST);
		run_packets(&run, "n=4 tunnel=1 id=+1 oid=+1 options=1");
		assert_int_equal(run.held[0].count, 4);
		snprintf(line, sizeof(line), "%s tunnel=1%s", cases[i].line,
			 options ? "" : " options=1");
		run_packets(&run, line);
		if (run.why != GRO_BIT(cases[i].reason))
			fail_msg("%s: %llx", line, (unsigned long long)run.why);
	}
}

/* A number below @below, the same in every run. */
static uint32_t next_number(uint64_t *state, uint32_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33) % below;
}

static void make_line(char line[256], uint64_t *state, unsigned int i)
{
	static const char *const changes[] = {
		"",	      "gap=7",	    "payload=999", "payload=1001", "ack=2",	 "window=3",
		"flags=0x18", "flags=0x90", "flags=0x50",  "ttl=9",	   "ottl=9",	 "tos=1",
		"df=0",	      "odf=0",	    "id=3",	   "oid=3",	   "sum=4",	 "pad=3",
		"stamp=9",    "options=2",  "reserved=1",  "payload=0",	   "flags=0x11", "ipopt=1",
		"back=1000",  "back=3000",
	};
	uint32_t change = next_number(state, 60);

	snprintf(line, 256, "n=1 tunnel=1 options=1 id=%u oid=%u", 100 + i, 200 + i);
	if (change < array_size(changes))
		snprintf(line, 256, "n=1 tunnel=1 %s options=1 id=%u oid=%u", changes[change],
			 100 + i, 200 + i);
}

/* The short way for packets that are as expected ends where the long way does, for all models. */
static void test_short_way(void **state)
{
	static struct gro_run with, without;
	char line[256];

	(void)state;
	for (const struct gro_model *model = gro_models; model->id; model++) {
		uint64_t numbers = 1;

		run_begin(&with, model->id, GRO_MODE_HOST);
		run_begin(&without, model->id, GRO_MODE_HOST);
		for (unsigned int i = 0; i < 600; i++) {
			for (unsigned int held = 0; held < without.count; held++)
				without.held[held].usual = NULL;
			make_line(line, &numbers, i);
			run_packets(&with, line);
			run_packets(&without, line);
			assert_int_equal(with.why, without.why);
			assert_int_equal(with.ends, without.ends);
			assert_int_equal(with.fate, without.fate);
			if (with.count > RUN_HELD / 2) {
				run_end(&with);
				run_end(&without);
			}
			assert_string_equal(with.out, without.out);
			with.out[0] = without.out[0] = '\0';
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measured_on_6_18),
		cmocka_unit_test(test_measured_on_three),
		cmocka_unit_test(test_plain_ids),
		cmocka_unit_test(test_shared_bit),
		cmocka_unit_test(test_cwr),
		cmocka_unit_test(test_rules_alone),
		cmocka_unit_test(test_reasons_together),
		cmocka_unit_test(test_length_before_checksum),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_mended),
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_fraglist),
		cmocka_unit_test(test_fraglist_reserved),
		cmocka_unit_test(test_dpdk),
		cmocka_unit_test(test_lro),
		cmocka_unit_test(test_other_rules_in_the_middle),
		cmocka_unit_test(test_unexpected),
		cmocka_unit_test(test_short_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
