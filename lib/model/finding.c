/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are the grades of a finding called, and how does a person read a fact?
 */
#include "lib/model/finding.h"

const char *const severity_names[] = {"note", "warning", "error", NULL};
const char *const confidence_names[] = {"possible", "likely", "certain", NULL};

void fact_add_value(const struct fact *fact, struct text *out)
{
	switch (fact->type) {
	case FACT_NUMBER:
		text_printf(out, " %llu", (unsigned long long)fact->number);
		break;
	case FACT_BOOL:
		text_add(out, fact->number ? " on" : " off");
		break;
	case FACT_REAL:
		text_printf(out, " %.1f", fact->real);
		break;
	case FACT_STRING:
		text_add(out, " ");
		text_add_untrusted(out, fact->string ? fact->string : "?");
		break;
	}
}
