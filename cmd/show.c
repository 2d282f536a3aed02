/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nod show: what do the network devices of this machine do, and what could they?
 */
#include "cmd/show_job.h"

static const struct show_options defaults = {.group = SHOW_ANY_GROUP};

static int check_forms(const struct show_options *options, const struct session *session,
		       struct err *err)
{
	int forms = options->tree + options->ethtool + options->args + options->details;
	bool json = session->json || session->jsonl;

	if (forms > 1)
		return err_set(err, ERR_USAGE,
			       "choose one of --tree, --ethtool, --args and --details");
	/* All details are in JSON anyway. */
	if (json && (options->tree || options->ethtool || options->args))
		return err_set(err, ERR_USAGE, "--tree, --ethtool and --args do not go with JSON");
	if (session->all_netns && (options->ethtool || options->args))
		return err_set(err, ERR_USAGE, "--ethtool and --args do not go with --all-netns");
	return 0;
}

static int check_options(const struct show_options *options, const struct session *session,
			 struct err *err)
{
	bool group = options->group != SHOW_ANY_GROUP, feature = options->feature;

	if (check_forms(options, session, err))
		return -1;
	if (group && feature)
		return err_set(err, ERR_USAGE, "choose one of --group and --feature");
	if (options->ethtool && (group || feature || options->all || options->changed))
		return err_set(err, ERR_USAGE, "--ethtool always prints all features");
	if (options->details && (group || feature || options->all))
		return err_set(err, ERR_USAGE, "--details prints no features");
	if (options->tree && (group || options->all))
		return err_set(err, ERR_USAGE, "--tree does not go with --group or --all");
	return 0;
}

static enum live_depth depth_needed(const struct show_options *options,
				    const struct session *session)
{
	if (options->details || session->json || session->jsonl)
		return LIVE_DETAILS;
	return options->ethtool || options->args ? LIVE_FEATURES : LIVE_SPEEDS;
}

static enum status run_show(const void *opaque, const struct session *session, struct err *err)
{
	const struct show_options *options = opaque;
	const struct device_filter devices = {&options->devices, options->driver, options->kind,
					      options->up};
	struct show show = {.options = options, .session = session};
	enum status status = STATUS_OK;

	if (check_options(options, session, err))
		return STATUS_USAGE;
	if (live_look_all(session, depth_needed(options, session), &devices, &show.looks, err) ||
	    show_select(&show, err) || show_print(&show, err))
		status = err->code == ERR_USAGE ? STATUS_USAGE : STATUS_FAILURE;
	arena_free(&show.arena);
	looks_free(&show.looks);
	return status;
}

static const struct choice group_choices[] = {
	[FEATURE_SEGMENTATION] = {"segmentation", "cutting large packets when sending"},
	[FEATURE_AGGREGATION] = {"aggregation", "merging received packets"},
	[FEATURE_CHECKSUMS] = {"checksums", "filling in and verifying checksums"},
	[FEATURE_SCATTER_GATHER] = {"scatter-gather", "packets in several pieces of memory"},
	[FEATURE_VLAN] = {"vlan", "VLAN tags"},
	[FEATURE_TUNNELS] = {"tunnels", "packets in packets: VXLAN, Geneve, GRE, IP in IP"},
	[FEATURE_CRYPTO] = {"crypto", "IPsec, MACsec and TLS"},
	[FEATURE_STEERING] = {"steering", "which queue gets a packet"},
	[FEATURE_OTHER] = {"other", "all that is in no other group"},
	{NULL, NULL},
};

static const struct param options_table[] = {
	{.name = "driver",
	 .type = PARAM_STRING,
	 .argument = "DRIVER",
	 .help = "only devices of that driver, which may be a pattern",
	 .offset = offsetof(struct show_options, driver)},
	{.name = "kind",
	 .type = PARAM_STRING,
	 .argument = "KIND",
	 .help = "only virtual devices of that kind (bridge, veth)",
	 .offset = offsetof(struct show_options, kind)},
	{.name = "up",
	 .type = PARAM_FLAG,
	 .help = "only devices that are up",
	 .offset = offsetof(struct show_options, up)},
	{.name = "all",
	 .key = 'a',
	 .type = PARAM_FLAG,
	 .help = "all features, also those that are off and cannot be changed",
	 .offset = offsetof(struct show_options, all)},
	{.name = "group",
	 .key = 'g',
	 .type = PARAM_CHOICE,
	 .argument = "GROUP",
	 .help = "only features of one group",
	 .offset = offsetof(struct show_options, group),
	 .choices = group_choices},
	{.name = "feature",
	 .key = 'f',
	 .type = PARAM_STRING,
	 .argument = "FEATURE",
	 .help = "only that feature, alias (tso), group, or those that match a pattern",
	 .offset = offsetof(struct show_options, feature),
	 .complete = "features"},
	{.name = "changed",
	 .key = 'c',
	 .type = PARAM_FLAG,
	 .help = "only features that could be, and are not, as they were requested",
	 .offset = offsetof(struct show_options, changed)},
	{.name = "tree",
	 .key = 't',
	 .type = PARAM_FLAG,
	 .help = "how devices are stacked, upper ones on the left",
	 .offset = offsetof(struct show_options, tree)},
	{.name = "details",
	 .key = 'd',
	 .type = PARAM_FLAG,
	 .help = "rings, queues, RSS, coalescing, sizes, tunnel ports, counters, NAPI, softnet",
	 .offset = offsetof(struct show_options, details)},
	{.name = "ethtool",
	 .type = PARAM_FLAG,
	 .help = "print what ethtool -k prints",
	 .offset = offsetof(struct show_options, ethtool)},
	{.name = "args",
	 .type = PARAM_FLAG,
	 .help = "what was requested, a line for each device, for nod set --from",
	 .offset = offsetof(struct show_options, args)},
	PARAM_END,
};

static const struct param operands[] = {
	{.name = "device",
	 .type = PARAM_OPERANDS,
	 .argument = "DEV",
	 .help = "devices or patterns (eth*); without one, all",
	 .offset = offsetof(struct show_options, devices),
	 .complete = "devices"},
	PARAM_END,
};

static const struct choice examples[] = {
	{"nod show", "all devices with the features that matter"},
	{"nod show --changed", "what is not as it was requested, and why?"},
	{"nod show --feature tso lo", "the members of a group of features, one by one"},
	{"nod show --tree", "which device stands on which?"},
	{"nod show --details lo", "what else matters to offloads"},
	{"nod show --ethtool lo", "for scripts that read ethtool -k"},
	{"nod show --json | jq -c '.devices[] | [.name, .features[\"rx-gro\"].active]'",
	 "one feature of every device, for a script"},
	{NULL, NULL},
};

const struct command cmd_show = {
	.name = "show",
	.summary = "show devices and what is offloaded to them",
	.description =
		"Shows for each device a line with its driver, state, size and links, and then its "
		"features by group: those that are on, those that are off and could be switched on, and "
		"those that are not as they were requested, with the reason behind. Features that are off "
		"and cannot be changed are left out, but for those that something outside took away "
		"(XDP of a peer, a host that offers less), unless --all asks for them; \"fixed\" means "
		"that nobody can change a feature, whatever is requested.\n"
		"\n"
		"An alias of ethtool or a group stands for several features; where those that are on or "
		"could be differ, its state is \"mixed\".\n"
		"\n"
		"JSON has all that nod knows of a device, also what --details prints. What the kernel or "
		"the driver does not tell is absent; no zero stands in its place.\n"
		"\n"
		"No privilege is needed. With --verbose each feature comes with a line that says what it "
		"does.",
	.options = options_table,
	.operands = operands,
	.examples = examples,
	.flags = COMMAND_JSON | COMMAND_JSONL | COMMAND_VERBOSE | COMMAND_LIVE | COMMAND_ALL_NETNS |
		 COMMAND_REPLAY,
	.options_size = sizeof(struct show_options),
	.defaults = &defaults,
	.run = run_show,
};
