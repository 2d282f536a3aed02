/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How do numbers, flows and advice look in text, whichever command says them?
 */
#include <stdio.h>
#include <string.h>

#include "cmd/explain.h"
#include "cmd/prose.h"

void prose_colored(struct text *out, const struct session *session, const char *color,
		   const char *words)
{
	text_printf(out, "%s%s%s", session->color ? color : "", words,
		    session->color ? "\033[0m" : "");
}

const char *prose_severity_color(uint8_t severity)
{
	static const char *const colors[] = {
		[SEVERITY_NOTE] = "\033[36m",
		[SEVERITY_WARNING] = "\033[33m",
		[SEVERITY_ERROR] = "\033[31m",
	};

	return colors[severity];
}

void prose_count(struct text *out, uint64_t value)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);

	for (int i = 0; i < length; i++)
		text_printf(out, "%s%c", i && (length - i) % 3 == 0 && length > 4 ? " " : "",
			    digits[i]);
}

void prose_counted(struct text *out, uint64_t value, const char *noun)
{
	prose_count(out, value);
	text_printf(out, " %s%s", noun, value == 1 ? "" : "s");
}

void prose_paragraph(struct text *out, const char *words, size_t indent,
		     const struct session *session)
{
	text_printf(out, "%*s", (int)indent, "");
	text_wrap(out, words, indent, session->columns);
	text_add(out, "\n");
}

void prose_end(struct text *out, const char *address, uint32_t port)
{
	if (port)
		text_printf(out, strchr(address, ':') ? "[%s]:%u" : "%s:%u", address, port);
	else
		text_add(out, address);
}

void prose_endpoints(struct text *out, const struct endpoints *flow)
{
	text_printf(out, "%s ", flow->protocol);
	prose_end(out, flow->src, flow->src_port);
	text_add(out, " > ");
	prose_end(out, flow->dst, flow->dst_port);
	if (!flow->tunnel)
		return;
	text_printf(out, " in %s", flow->tunnel);
	if (flow->vni)
		text_printf(out, " %u", flow->vni);
	text_printf(out, " %s > %s", flow->outer_src, flow->outer_dst);
}

void prose_explanation(struct text *out, const char *id, const struct session *session)
{
	const struct detector *finding = explain_finding(id);
	struct text words attr_cleanup(text_free) = {0};
	const char *end;

	if (!session->verbose || !finding)
		return;
	end = session->verbose > 1 ? NULL : strstr(finding->explain, "\n\n");
	text_add_bytes(&words, finding->explain,
		       end ? (size_t)(end - finding->explain) : strlen(finding->explain));
	if (!words.failed)
		prose_paragraph(out, words.chars, 2, session);
}

/* A command stays on one line, to be copied; its reason goes below. */
void prose_advice(struct text *out, const char *advice, const struct session *session)
{
	const char *reason = strstr(advice, "  # ");

	text_add(out, "  do: ");
	text_add_bytes(out, advice, reason ? (size_t)(reason - advice) : strlen(advice));
	text_add(out, "\n");
	if (reason)
		prose_paragraph(out, reason + 4, 6, session);
}
