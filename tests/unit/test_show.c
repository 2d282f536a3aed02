/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a snapshot shown as it is: for people, for scripts that read ethtool, for scripts that read JSON?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "cmd/parse.h"
#include "cmd/show.h"

extern const struct command cmd_show;

/* Bits of a kernel that has few features, two of them without a name. */
enum {
	SG,
	CSUM,
	NAMELESS,
	GSO,
	GRO,
	TSO,
	MANGLEID,
	TSO6,
	CHALLENGED,
	STRANGE,
	BITS
};

static const struct feature_names names = {
	.count = BITS + 1,
	.names = {[SG] = "tx-scatter-gather",
		  [CSUM] = "tx-checksum-ip-generic",
		  [GSO] = "tx-generic-segmentation",
		  [GRO] = "rx-gro",
		  [TSO] = "tx-tcp-segmentation",
		  [MANGLEID] = "tx-tcp-mangleid-segmentation",
		  [TSO6] = "tx-tcp6-segmentation",
		  [CHALLENGED] = "vlan-challenged",
		  [STRANGE] = "rx-of-tomorrow"},
};

static struct feature_bits bits(uint64_t word)
{
	return (struct feature_bits){{word}};
}

#define BIT(n) (UINT64_C(1) << (n))

/* As a NIC that was told "tx off": TSO is requested and not granted. */
static struct device nic(void)
{
	struct device device = {
		.ifindex = 2,
		.name = "eth0",
		.has = DEVICE_HAS_FEATURES | DEVICE_HAS_MTU | DEVICE_HAS_QUEUES | DEVICE_HAS_SPEED,
		.driver = "e1000e",
		.bus = "pci",
		.bus_address = "0000:00:1f.6",
		.flags = IFF_UP | IFF_RUNNING,
		.mtu = 1500,
		.speed_mbps = 2500,
		.num_tx_queues = 4,
		.num_rx_queues = 1,
		.operstate = 6,
		.hw = bits(BIT(SG) | BIT(CSUM) | BIT(GSO) | BIT(GRO) | BIT(TSO) | BIT(MANGLEID) |
			   BIT(CHALLENGED) | BIT(STRANGE)),
		.wanted = bits(BIT(SG) | BIT(GSO) | BIT(GRO) | BIT(TSO)),
		.active = bits(BIT(SG) | BIT(GSO) | BIT(GRO) | BIT(CHALLENGED) | BIT(STRANGE)),
		.nochange = bits(BIT(CHALLENGED)),
	};

	return device;
}

/* Up to this many devices, all chosen with all features. */
#define DEVICES_MAX 64

struct fixture {
	struct snapshot snapshot;
	struct device devices[DEVICES_MAX];
	bool chosen[DEVICES_MAX];
	struct feature_bits features[DEVICES_MAX];
	struct session session;
	struct show_page page;
	struct text out;
};

static void fixture_finish(struct fixture *f)
{
	snapshot_finish(&f->snapshot);
	memset(f->chosen, true, sizeof(f->chosen));
	memset(f->features, 0xff, sizeof(f->features));
	f->page = (struct show_page){
		.session = &f->session,
		.selection = {&f->snapshot, f->chosen, f->features},
	};
	show_page_init(&f->page);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	f->snapshot = (struct snapshot){
		.release = "6.18.0", .names = names, .devices = f->devices, .ndevices = 1};
	f->session.columns = 80;
	f->devices[0] = nic();
	fixture_finish(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	text_free(&f->out);
	arena_free(&f->snapshot.arena);
	free(f);
	return 0;
}

/* --- ethtool --- */

/* Typed off from the format of ethtool 6: groups first, single members under the long name. */
static void test_ethtool(void **state)
{
	struct fixture *f = *state;

	show_ethtool(&f->snapshot, &f->devices[0], &f->out);
	assert_string_equal(f->out.chars, "Features for eth0:\n"
					  "tx-checksumming: off\n"
					  "scatter-gather: on\n"
					  "tcp-segmentation-offload: off\n"
					  "\ttx-tcp-segmentation: off [requested on]\n"
					  "\ttx-tcp-mangleid-segmentation: off\n"
					  "\ttx-tcp6-segmentation: off [fixed]\n"
					  "generic-segmentation-offload: on\n"
					  "generic-receive-offload: on\n"
					  "vlan-challenged: on [fixed]\n"
					  "rx-of-tomorrow: on [requested off]\n");
}

static void test_ethtool_group_is_on_with_one_member(void **state)
{
	struct fixture *f = *state;

	feature_put(&f->devices[0].active, MANGLEID, true);
	show_ethtool(&f->snapshot, &f->devices[0], &f->out);
	assert_non_null(strstr(f->out.chars, "\ntcp-segmentation-offload: on\n"
					     "\ttx-tcp-segmentation: off [requested on]\n"));
}

/* --- text --- */

static void test_header(void **state)
{
	struct fixture *f = *state;

	show_header(&f->page, &f->devices[0], &f->out);
	assert_string_equal(f->out.chars,
			    "eth0  e1000e, pci 0000:00:1f.6, mtu 1500, up, 2.5 Gb/s, 4 tx 1 rx "
			    "queue\n");
}

/* What the kernel did not send is not there; what is not known is said to be so. */
static void test_header_of_little(void **state)
{
	struct fixture *f = *state;

	f->devices[0] = (struct device){.ifindex = 1, .name = "x\x1b[m", .flags = IFF_UP};
	show_header(&f->page, &f->devices[0], &f->out);
	assert_string_equal(f->out.chars, "x\\x1b[m  unknown driver, up without carrier\n");
}

static void test_header_links(void **state)
{
	struct fixture *f = *state;

	f->devices[1] =
		(struct device){.ifindex = 3,
				.name = "eth0.7",
				.kind = "vlan",
				.driver = "vlan",
				.vlan_id = 7,
				.link_ifindex = 2,
				.master_ifindex = 4,
				.has = DEVICE_HAS_LINK | DEVICE_HAS_VLAN | DEVICE_HAS_MASTER};
	f->devices[2] = (struct device){.ifindex = 4,
					.name = "v0",
					.kind = "veth",
					.driver = "veth",
					.link_ifindex = 9,
					.link_netnsid = 5,
					.xdp = XDP_MODE_DRIVER,
					.has = DEVICE_HAS_LINK | DEVICE_HAS_LINK_NETNS};
	f->snapshot.ndevices = 3;
	fixture_finish(f);
	show_header(&f->page, &f->devices[1], &f->out);
	show_header(&f->page, &f->devices[2], &f->out);
	assert_string_equal(f->out.chars, "eth0.7  vlan 7, down, master v0, on eth0\n"
					  "v0  veth, down, XDP driver, "
					  "peer ifindex 9 in another namespace (netnsid 5)\n");
}

static void test_features(void **state)
{
	struct fixture *f = *state;

	show_features(&f->page, &f->devices[0], &f->out);
	assert_string_equal(f->out.chars,
			    "  segmentation    on        tx-generic-segmentation\n"
			    "                  off       tx-tcp-mangleid-segmentation\n"
			    "                  blocked   tx-tcp-segmentation\n"
			    "  aggregation     on        rx-gro\n"
			    "  checksums       off       tx-checksum-ip-generic\n"
			    "  scatter-gather  on        tx-scatter-gather\n");
}

/* With --all also what is fixed off, and what nod has never heard of. */
static void test_all_features(void **state)
{
	struct fixture *f = *state;

	f->page.all = true;
	show_features(&f->page, &f->devices[0], &f->out);
	assert_non_null(
		strstr(f->out.chars, "\n                  fixed off tx-tcp6-segmentation\n"));
	assert_non_null(strstr(f->out.chars, "\n  other           unasked   rx-of-tomorrow\n"
					     "                  fixed on  vlan-challenged\n"));
}

/* The same width, with colors around the states only. */
static void test_colors(void **state)
{
	struct fixture *f = *state;

	f->session.color = true;
	show_features(&f->page, &f->devices[0], &f->out);
	assert_non_null(
		strstr(f->out.chars, "  aggregation     \033[32mon\033[0m        rx-gro\n"));
}

static void test_selection(void **state)
{
	struct fixture *f = *state;

	f->features[0] = bits(BIT(GRO));
	show_features(&f->page, &f->devices[0], &f->out);
	assert_string_equal(f->out.chars, "  aggregation     on        rx-gro\n");
}

/* Blocked features say why, those with one reason together; the reason is the kernel's rule. */
static void test_reasons(void **state)
{
	struct fixture *f = *state;
	struct explainer explainer = {0};
	struct err err = {0};

	feature_put(&f->devices[0].wanted, MANGLEID, true);
	assert_int_equal(explainer_init(&explainer, &f->snapshot, &err), 0);
	f->page.explainer = &explainer;
	show_features(&f->page, &f->devices[0], &f->out);
	assert_non_null(strstr(f->out.chars, "blocked   tx-tcp-segmentation: "));
	assert_non_null(strstr(f->out.chars, "(F3)"));
	assert_non_null(strstr(f->out.chars, "tx-tcp-mangleid-segmentation: "));
	assert_non_null(strstr(f->out.chars, "(F5)"));
	explainer_free(&explainer);
}

static void test_word(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *word;
		uint64_t active, members;
		const char *text;
	} cases[] = {
		{"tso", BIT(TSO), BIT(TSO) | BIT(MANGLEID) | BIT(TSO6),
		 "  tso: mixed\n"
		 "    tx-tcp-segmentation           on\n"
		 "    tx-tcp-mangleid-segmentation  off, not requested\n"
		 "    tx-tcp6-segmentation          off [fixed]\n"},
		{"tso", BIT(TSO) | BIT(MANGLEID), BIT(TSO) | BIT(MANGLEID) | BIT(TSO6),
		 "  tso: on\n"
		 "    tx-tcp-segmentation           on\n"
		 "    tx-tcp-mangleid-segmentation  on, though not requested\n"
		 "    tx-tcp6-segmentation          off [fixed]\n"},
		{"rx-gro", 0, BIT(GRO), "    rx-gro  off, though requested\n"},
		{"gro", BIT(GRO), BIT(GRO),
		 "  gro: on\n"
		 "    rx-gro  on\n"},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		f->page.word = cases[i].word;
		f->features[0] = bits(cases[i].members);
		f->devices[0].active = bits(cases[i].active);
		show_features(&f->page, &f->devices[0], &f->out);
		assert_string_equal(f->out.chars, cases[i].text);
		text_clear(&f->out);
	}
}

/* --- tree --- */

/* Devices by number, name, master and lower device (0: none). */
static void stack(struct fixture *f, const int (*rows)[3], size_t count)
{
	static const char *const letters = "abcdefghij";

	f->snapshot.ndevices = count;
	for (size_t i = 0; i < count; i++) {
		f->devices[i] = (struct device){
			.ifindex = rows[i][0],
			.driver = "test",
			.master_ifindex = rows[i][1],
			.link_ifindex = rows[i][2],
			.has = (rows[i][1] ? DEVICE_HAS_MASTER : 0u) |
			       (rows[i][2] ? DEVICE_HAS_LINK : 0u),
		};
		f->devices[i].name[0] = letters[rows[i][0] - 1];
	}
	fixture_finish(f);
}

static void assert_tree(struct fixture *f, const char *wanted)
{
	struct arena arena = {0};
	struct err err = {0};

	assert_int_equal(show_tree(&f->page, &arena, &f->out, &err), 0);
	assert_string_equal(f->out.chars, wanted);
	arena_free(&arena);
}

/* a and b are ports of the bond c, d is a VLAN of it, e stands alone, a macvlan f is on a. */
static const int bond[][3] = {{1, 3, 0}, {2, 3, 0}, {3, 0, 0}, {4, 0, 3}, {5, 0, 0}, {6, 0, 1}};

static void test_tree(void **state)
{
	stack(*state, bond, array_size(bond));
	assert_tree(*state, "d  test, down\n"
			    "  c  test, down\n"
			    "    a  test, down\n"
			    "    b  test, down\n"
			    "e  test, down\n"
			    "f  test, down\n"
			    "  a  (above)\n");
}

/* What is above and below the chosen one, not its brothers. */
static void test_tree_of_one(void **state)
{
	struct fixture *f = *state;

	stack(f, bond, array_size(bond));
	memset(f->chosen, 0, sizeof(f->chosen));
	f->chosen[1] = true;
	assert_tree(f, "d  test, down\n"
		       "  c  test, down\n"
		       "    b  test, down\n");
}

/*
 * b is the master of a and stands on c, which stands on a; d stands on itself, e on what is elsewhere.
 */
static void test_tree_odd(void **state)
{
	static const int odd[][3] = {{1, 2, 0}, {2, 0, 3}, {3, 0, 1}, {4, 0, 4}, {5, 0, 99}};

	stack(*state, odd, array_size(odd));
	assert_tree(*state, "b  test, down\n"
			    "  a  test, down\n"
			    "  c  test, down\n"
			    "    a  (above)\n"
			    "d  test, down\n"
			    "e  test, down\n");
}

static void test_tree_circle(void **state)
{
	static const int circle[][3] = {{1, 0, 2}, {2, 0, 3}, {3, 0, 1}};

	stack(*state, circle, array_size(circle));
	assert_tree(*state, "a  test, down\n"
			    "b  test, down\n"
			    "c  test, down\n");
}

/* Deeper than any kernel allows: it ends, and every device is there. */
static void test_tree_deep(void **state)
{
	struct fixture *f = *state;
	struct arena arena = {0};
	struct err err = {0};

	f->snapshot.ndevices = DEVICES_MAX;
	for (int i = 0; i < DEVICES_MAX; i++) {
		f->devices[i] = (struct device){
			.ifindex = i + 1, .link_ifindex = i + 2, .has = DEVICE_HAS_LINK};
		snprintf(f->devices[i].name, IFNAMSIZ, "deep%u-", (unsigned int)i % DEVICES_MAX);
	}
	fixture_finish(f);
	assert_int_equal(show_tree(&f->page, &arena, &f->out, &err), 0);
	for (int i = 0; i < DEVICES_MAX; i++)
		if (!strstr(f->out.chars, f->devices[i].name))
			fail_msg("%s is missing", f->devices[i].name);
	assert_non_null(strstr(f->out.chars, "  ...\n"));
	arena_free(&arena);
}

/* --- details --- */

static void test_details(void **state)
{
	static struct fact rings[] = {{"rx", "", FACT_NUMBER, .number = 256},
				      {"rx_max", "", FACT_NUMBER, .number = 4096},
				      {"tx_max", "", FACT_NUMBER, .number = 1024},
				      {"rx_buf_len", "bytes", FACT_NUMBER, .number = 2048}};
	static struct fact sizes[] = {{"gso_max_size", "bytes", FACT_NUMBER, .number = 185000}};
	static struct fact counters[] = {
		{"tx_hw_gso_packets", "", FACT_NUMBER, .number = 10},
		{"tx_hw_gso_wire_packets", "", FACT_NUMBER, .number = 445}};
	static uint32_t queues[] = {0, 2};
	static struct rss rss = {"toeplitz", queues, 2, 128};
	static struct tunnel_port ports[] = {{"vxlan", "vxlan0", 4789}};
	static struct device_details details = {
		.rings = {rings, array_size(rings)},
		.counters = {counters, array_size(counters)},
		.rss = &rss,
		.has_tunnel_ports = true,
		.missing_ports = ports,
		.nmissing_ports = 1,
	};
	struct fixture *f = *state;

	f->devices[0].details = &details;
	f->devices[0].sizes = (struct fact_list){sizes, 1};
	show_details(&f->page, &f->devices[0], &f->out);
	assert_string_equal(
		f->out.chars,
		"  sizes           gso max size 185000 (BIG TCP)\n"
		"  rings           rx 256 of 4096, tx max 1024, rx buf len 2048 bytes\n"
		"  rss             hash toeplitz, 128 entries over queues 0 2\n"
		"  tunnel ports    none\n"
		"  ports missing   4789 vxlan of vxlan0\n"
		"  counters        tx hw gso packets 10, tx hw gso wire packets 445\n"
		"  in use          the NIC segmented packets into 44.5 packets of the wire each\n"
		"  not told        channels, coalescing, pause, batching\n");
}

static void test_softnet(void **state)
{
	static struct softnet softnet[] = {{0, 100, 0, 0}, {3, 50, 2, 7}};
	struct fixture *f = *state;

	show_softnet(&f->page, &f->out);
	assert_null(f->out.chars);
	f->snapshot.softnet = softnet;
	f->snapshot.nsoftnet = 2;
	show_softnet(&f->page, &f->out);
	assert_string_equal(
		f->out.chars,
		"softnet\n"
		"  all CPUs        2 CPUs, 150 packets processed, 2 dropped, squeezed 7 times;\n"
		"                  CPU 3: 2 dropped, squeezed 7 times\n");
}

/* --- JSON --- */

static json_t *report(struct fixture *f, size_t count)
{
	struct device_selection selections[] = {f->page.selection, f->page.selection};
	struct machine_report machine;
	struct arena arena = {0};
	struct text out = {0};
	struct err err = {0};
	json_t *root;

	assert_int_equal(machine_report_make(selections, count, &arena, &machine, &err), 0);
	assert_int_equal(record_to_json(&record_machine, &machine, &out, &err), 0);
	root = json_loads(out.chars, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	text_free(&out);
	arena_free(&arena);
	return root;
}

static json_t *device_of(json_t *root, size_t index)
{
	json_t *device = json_array_get(json_object_get(root, "devices"), index);

	assert_non_null(device);
	return device;
}

static void assert_member(json_t *object, const char *key, const char *wanted)
{
	char *text = json_dumps(json_object_get(object, key), JSON_ENCODE_ANY | JSON_COMPACT);

	if (!wanted && text)
		fail_msg("%s: %s, but it should not be there", key, text);
	if (wanted && (!text || strcmp(text, wanted) != 0))
		fail_msg("%s: %s, not %s", key, text ? text : "absent", wanted);
	free(text);
}

static void test_json(void **state)
{
	struct fixture *f = *state;
	json_t *root = report(f, 1), *device = device_of(root, 0), *features;

	assert_member(root, "kernel", "\"6.18.0\"");
	assert_member(root, "uncertain", NULL);
	assert_member(device, "name", "\"eth0\"");
	assert_member(device, "netns", NULL);
	assert_member(device, "up", "true");
	assert_member(device, "mtu", "1500");
	assert_member(device, "operstate", "\"up\"");
	assert_member(device, "ipv4_forwarding", NULL);
	assert_member(device, "rings", NULL);
	assert_member(device, "udp_tunnel_ports", NULL);
	assert_member(device, "uppers", "[]");
	features = json_object_get(device, "features");
	assert_int_equal(json_object_size(features), 9);
	assert_member(features, "tx-tcp-segmentation",
		      "{\"hw\":true,\"wanted\":true,\"active\":false,\"nochange\":false}");
	assert_member(features, "vlan-challenged",
		      "{\"hw\":true,\"wanted\":false,\"active\":true,\"nochange\":true}");
	json_decref(root);
}

/* A zero that the kernel said is there. */
static void test_json_zeros(void **state)
{
	static struct device_details details = {.has_tunnel_ports = true};
	struct fixture *f = *state;
	json_t *root, *device;

	f->devices[0].has |= DEVICE_HAS_FORWARDING4 | DEVICE_HAS_LINK | DEVICE_HAS_LINK_NETNS;
	f->devices[0].link_ifindex = 9;
	f->devices[0].link_netnsid = 0;
	f->devices[0].mtu = 0;
	f->devices[0].details = &details;
	root = report(f, 1);
	device = device_of(root, 0);
	assert_member(device, "ipv4_forwarding", "false");
	assert_member(device, "ipv6_forwarding", NULL);
	assert_member(device, "mtu", "0");
	assert_member(device, "udp_tunnel_ports", "[]");
	assert_member(device, "missing_udp_tunnel_ports", "[]");
	assert_member(device, "link_ifindex", "9");
	assert_member(device, "link_netnsid", "0");
	assert_member(device, "lower", NULL);
	json_decref(root);
	f->devices[0].link_netnsid = -1;
	root = report(f, 1);
	assert_member(device_of(root, 0), "link_netnsid", NULL);
	json_decref(root);
}

static void test_json_links(void **state)
{
	struct fixture *f = *state;
	json_t *root;

	stack(f, bond, array_size(bond));
	root = report(f, 1);
	assert_member(device_of(root, 0), "master", "\"c\"");
	assert_member(device_of(root, 0), "uppers", "[\"c\",\"f\"]");
	assert_member(device_of(root, 2), "uppers", "[\"d\"]");
	assert_member(device_of(root, 3), "lower", "\"c\"");
	assert_member(device_of(root, 3), "features", NULL);
	json_decref(root);
}

static void test_json_several_namespaces(void **state)
{
	struct fixture *f = *state;
	json_t *root;

	f->snapshot.netns = "blue";
	f->snapshot.uncertain = true;
	f->features[0] = bits(BIT(GRO));
	root = report(f, 2);
	assert_member(root, "uncertain", "true");
	assert_int_equal(json_array_size(json_object_get(root, "devices")), 2);
	assert_member(device_of(root, 1), "netns", "\"blue\"");
	assert_int_equal(json_object_size(json_object_get(device_of(root, 1), "features")), 1);
	json_decref(root);
	f->chosen[0] = false;
	root = report(f, 1);
	assert_member(root, "devices", "[]");
	json_decref(root);
}

/* --- the command --- */

static void test_groups_are_those_of_the_model(void **state attr_unused)
{
	const struct param *param = cmd_show.options;
	size_t i = 0;

	while (strcmp(param->name, "group") != 0)
		param++;
	for (; feature_group_names[i]; i++)
		assert_string_equal(param->choices[i].name, feature_group_names[i]);
	assert_null(param->choices[i].name);
}

/* What contradicts itself is refused before anything is looked at. */
static void test_contradictions(void **state attr_unused)
{
	static const char *const cases[][4] = {
		{"--tree", "--ethtool"},
		{"--args", "--details"},
		{"--json", "--tree"},
		{"--jsonl", "--ethtool"},
		{"--json", "--args"},
		{"--all-netns", "--ethtool"},
		{"--all-netns", "--args"},
		{"--group=vlan", "--feature=tso"},
		{"--ethtool", "--all"},
		{"--ethtool", "--feature=tso"},
		{"--ethtool", "--group=vlan"},
		{"--ethtool", "--changed"},
		{"--details", "--feature=tso"},
		{"--tree", "--group=vlan"},
		{"--tree", "--all"},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		char *words[] = {(char *)cases[i][0], (char *)cases[i][1], NULL};
		struct global_options globals = {0};
		struct session session = {.quiet = true};
		void *options = calloc(1, cmd_show.options_size);
		struct err err = {0};

		assert_non_null(options);
		assert_int_equal(parse_command(&cmd_show, words, &globals, options, &err), 0);
		session.json = globals.json;
		session.jsonl = globals.jsonl;
		session.all_netns = globals.all_netns;
		if (cmd_show.run(options, &session, &err) != STATUS_USAGE)
			fail_msg("%s %s", cases[i][0], cases[i][1]);
		assert_int_equal(err.code, ERR_USAGE);
		free(options);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_ethtool),
		TEST(test_ethtool_group_is_on_with_one_member),
		TEST(test_header),
		TEST(test_header_of_little),
		TEST(test_header_links),
		TEST(test_features),
		TEST(test_all_features),
		TEST(test_colors),
		TEST(test_selection),
		TEST(test_reasons),
		TEST(test_word),
		TEST(test_tree),
		TEST(test_tree_of_one),
		TEST(test_tree_odd),
		TEST(test_tree_circle),
		TEST(test_tree_deep),
		TEST(test_details),
		TEST(test_softnet),
		TEST(test_json),
		TEST(test_json_zeros),
		TEST(test_json_links),
		TEST(test_json_several_namespaces),
		cmocka_unit_test(test_groups_are_those_of_the_model),
		cmocka_unit_test(test_contradictions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
