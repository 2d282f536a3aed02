/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which commands does nod have, and which words can the shells ask it for?
 */
#include "cmd/command.h"
#include "pcap/detector.h"

extern const struct command cmd_pcap, cmd_explain, cmd_help, cmd_complete;

const struct command *const commands[] = {
	&cmd_pcap, &cmd_explain, &cmd_help, &cmd_complete, NULL,
};

static void add_commands(struct text *out)
{
	for (size_t i = 0; commands[i]; i++) {
		if (!(commands[i]->flags & COMMAND_HIDDEN))
			text_printf(out, "%s\t%s\n", commands[i]->name, commands[i]->summary);
	}
}

static void add_findings(struct text *out)
{
	for (size_t i = 0; detectors[i]; i++)
		text_printf(out, "%s\t%s\n", detectors[i]->id, detectors[i]->summary);
}

const struct word_list word_lists[] = {
	{"commands", add_commands},
	{"findings", add_findings},
	{NULL, NULL},
};
