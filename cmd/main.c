/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which command is called, and how does the call end?
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/help.h"
#include "cmd/parse.h"
#include "cmd/session.h"

/**
 * struct call - one call of nod
 * @command: NULL until it is known
 */
struct call {
	struct global_options globals;
	const struct command *command;
};

static enum status print(const struct session *session, const struct text *out, struct err *err)
{
	return session_write(session, out, err) ? STATUS_FAILURE : STATUS_OK;
}

/* What --version and --help print, about the command if there is one. */
static enum status print_about(const struct call *call, struct err *err)
{
	struct text out attr_cleanup(text_free) = {0};
	struct session session;

	session_init(&session, &call->globals);
	if (call->globals.version)
		text_add(&out, "nod " NOD_VERSION "\n");
	else if (call->command)
		help_command(call->command, &session, &out);
	else
		help_overview(commands, &session, &out);
	return print(&session, &out, err);
}

/* Called without a command: a mistake, so nothing goes to stdout, but an answer that helps. */
static enum status explain_usage(void)
{
	struct session session = {.columns = 80};
	struct text out attr_cleanup(text_free) = {0};

	help_overview(commands, &session, &out);
	if (!out.failed && out.length)
		session_say(&session, "%.*s", (int)out.length - 1, out.chars);
	return STATUS_USAGE;
}

static enum status run_command(struct call *call, void *options, char *argv[], struct err *err)
{
	struct session session;

	if (!options) {
		err_set(err, ERR_MEMORY, "not enough memory");
		return STATUS_FAILURE;
	}
	if (parse_command(call->command, argv, &call->globals, options, err))
		return STATUS_USAGE;
	if (call->globals.help || call->globals.version)
		return print_about(call, err);
	session_init(&session, &call->globals);
	return call->command->run(options, &session, err);
}

static enum status run(struct call *call, char *argv[], struct err *err)
{
	int used = parse_globals(argv, &call->globals, err);
	enum status status;
	void *options;

	if (used < 0)
		return STATUS_USAGE;
	argv += used;
	if (!*argv)
		return call->globals.help || call->globals.version ? print_about(call, err)
								   : explain_usage();
	call->command = command_lookup(commands, *argv, err);
	if (!call->command)
		return STATUS_USAGE;
	options = calloc(1, call->command->options_size + 1);
	status = run_command(call, options, argv + 1, err);
	free(options);
	return status;
}

static void print_error(const struct call *call, enum status status, const struct err *err)
{
	const struct session loud = {.quiet = false};
	const char *command = call->command ? call->command->name : "";
	const char *blank = call->command ? " " : "", *colon = call->command ? ": " : "";
	struct text text attr_cleanup(text_free) = {0};

	/* The message may quote an argument or a capture. */
	text_add_untrusted(&text, err->text);
	if (text.failed)
		session_say(&loud, "nod: not enough memory");
	else if (status == STATUS_USAGE)
		session_say(&loud, "nod: %s%s%s\nTry \"nod%s%s --help\".", command, colon,
			    text.chars, blank, command);
	else
		session_say(&loud, "nod: %s", text.chars);
}

/* The one place where errors become visible. */
static enum status finish(const struct call *call, enum status status, const struct err *err)
{
	struct err close_err = {0};

	/* Whoever read our output has seen enough: no error. */
	if (err->code == ERR_PIPE)
		return STATUS_OK;
	if (err->code && status != STATUS_OK && status != STATUS_ANSWER)
		print_error(call, status, err);
	if (!session_close(&close_err) || close_err.code == ERR_PIPE)
		return status;
	if (status != STATUS_FAILURE)
		print_error(call, STATUS_FAILURE, &close_err);
	return STATUS_FAILURE;
}

int main(int argc, char *argv[])
{
	struct call call = {0};
	struct err err = {0};

	if (session_guard_descriptors())
		return STATUS_FAILURE;
	/* A closed pipe, or a file that may not grow, is then an error of write() like others. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return finish(&call, run(&call, argv + (argc > 0), &err), &err);
}
