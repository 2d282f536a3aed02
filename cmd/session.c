/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where does the output go, and did it arrive?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/session.h"
#include "lib/base/io.h"

#define COLUMNS_DEFAULT 80
#define COLUMNS_MAX	10000

int session_guard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		/* The wrong direction, so that using it is still an error. open() takes the lowest. */
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return -1;
	}
	return 0;
}

bool color_wanted(enum color_mode mode, bool is_terminal, const char *no_color, const char *term)
{
	if (mode != COLOR_AUTO)
		return mode == COLOR_ALWAYS;
	return is_terminal && !(no_color && *no_color) && term && strcmp(term, "dumb");
}

unsigned int columns_wanted(const char *wanted, unsigned int reported)
{
	unsigned long columns = 0;

	if (wanted && wanted[0] >= '1' && wanted[0] <= '9' && !wanted[strspn(wanted, "0123456789")])
		columns = strtoul(wanted, NULL, 10);
	if (columns && columns <= COLUMNS_MAX)
		return (unsigned int)columns;
	return reported ? reported : COLUMNS_DEFAULT;
}

void session_init(struct session *session, const struct global_options *globals)
{
	bool is_terminal = isatty(STDOUT_FILENO);
	struct winsize size = {0};

	*session = (struct session){
		.json = globals->json,
		.jsonl = globals->jsonl,
		.quiet = globals->quiet,
		.verbose = globals->verbose,
		.progress = !globals->quiet && isatty(STDERR_FILENO),
		.color = color_wanted((enum color_mode)globals->color, is_terminal,
				      getenv("NO_COLOR"), getenv("TERM")),
		.columns = COLUMNS_DEFAULT,
		.netns = globals->netns,
		.all_netns = globals->all_netns,
		.record = globals->record,
		.replay = globals->replay,
	};
	if (is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		size.ws_col = 0;
	if (is_terminal)
		session->columns = columns_wanted(getenv("COLUMNS"), size.ws_col);
}

int session_write(const struct session *session attr_unused, const struct text *text,
		  struct err *err)
{
	if (text->failed)
		return err_set(err, ERR_MEMORY, "not enough memory for the output");
	if (io_write(STDOUT_FILENO, text->chars, text->length))
		return err_set_errno(err, "writing to standard output");
	return 0;
}

int session_close(struct err *err)
{
	/* On Linux the descriptor is gone even if close() was interrupted. */
	if (close(STDOUT_FILENO) && errno != EINTR)
		return err_set_errno(err, "writing to standard output");
	return 0;
}

static void say(const char *before, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* In one write, so that lines of several processes do not mix. */
static void say(const char *before, const char *format, va_list args)
{
	char *line = NULL, *all = NULL;

	if (vasprintf(&line, format, args) < 0)
		return;
	/* Nothing can be done about an error: there is nowhere left to report it. */
	if (asprintf(&all, "%s%s\n", before, line) >= 0)
		(void)!io_write(STDERR_FILENO, all, strlen(all));
	free(line);
	free(all);
}

void session_complain(const struct session *session attr_unused, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("nod: ", format, args);
	va_end(args);
}

void session_say(const struct session *session, const char *format, ...)
{
	va_list args;

	if (session->quiet)
		return;
	va_start(args, format);
	say("", format, args);
	va_end(args);
}

void session_progress(const struct session *session, const char *line)
{
	char shown[96];
	int length;

	if (!session->progress)
		return;
	/* Back to the first column, the line, and nothing behind it. */
	length = snprintf(shown, sizeof(shown), "\r%s\033[K", line ? line : "");
	if (length > 0 && (size_t)length < sizeof(shown))
		(void)!io_write(STDERR_FILENO, shown, (size_t)length);
}
