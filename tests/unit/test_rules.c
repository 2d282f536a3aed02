/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the table of rules whole, and is a rule found and dated by what it says?
 */
#include <ctype.h>
#include <linux/version.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "lib/base/attr.h"
#include "lib/diag/rule.h"

static void test_ids_are_unique(void **state)
{
	(void)state;
	for (const struct feature_rule *rule = feature_rules; rule->id; rule++)
		for (const struct feature_rule *other = feature_rules; other < rule; other++)
			if (strcasecmp(rule->id, other->id) == 0)
				fail_msg("%s is there twice", rule->id);
}

/* The start of an id says of which class it is: users tell them apart by it. */
static void test_ids_tell_the_class(void **state)
{
	(void)state;
	for (const struct feature_rule *rule = feature_rules; rule->id; rule++) {
		bool numbered = isdigit((unsigned char)rule->id[1]);
		bool named = rule->id[1] == '-' && rule->id[2];
		bool due = rule->class == RULE_CORE    ? rule->id[0] == 'F' && numbered
			   : rule->class == RULE_STACK ? rule->id[0] == 'S' && numbered
			   : rule->class == RULE_KIND  ? rule->id[0] == 'K' && named
						       : rule->id[0] == 'D' && named;

		if (!due)
			fail_msg("%s is of another class", rule->id);
	}
}

static void test_texts_are_whole(void **state)
{
	(void)state;
	for (const struct feature_rule *rule = feature_rules; rule->id; rule++) {
		const char *summary = rule->summary, *explain = rule->explain;

		if (!summary || !*summary || summary[strlen(summary) - 1] == '.' ||
		    strchr(summary, '\n') || strlen(summary) > 90)
			fail_msg("%s: the summary is no line", rule->id);
		if (!explain || !*explain || explain[strlen(explain) - 1] != '.')
			fail_msg("%s: the explanation does not end as a sentence", rule->id);
		for (const char *c = strchr(explain, '\n'); c; c = strchr(c + 2, '\n'))
			if (c[1] != '\n' || !c[2] || c[2] == '\n')
				fail_msg("%s: paragraphs are not divided by one blank line",
					 rule->id);
		if (!rule->source || !strstr(rule->source, ", read in "))
			fail_msg("%s: where was it read?", rule->id);
		if (rule->until && rule->until <= rule->since)
			fail_msg("%s holds for no kernel", rule->id);
	}
}

static void test_lookup(void **state)
{
	(void)state;
	assert_string_equal(feature_rule_lookup("F3")->id, "F3");
	assert_string_equal(feature_rule_lookup("f12")->id, "F12");
	assert_string_equal(feature_rule_lookup("d-IXGBE-lro")->id, "D-ixgbe-lro");
	assert_null(feature_rule_lookup("F"));
	assert_null(feature_rule_lookup("F99"));
	assert_null(feature_rule_lookup(""));
}

static void test_versions(void **state)
{
	struct feature_rule rule = {
		.since = KERNEL_VERSION(5, 11, 0),
		.until = KERNEL_VERSION(6, 5, 0),
	};

	(void)state;
	assert_false(feature_rule_holds(&rule, KERNEL_VERSION(5, 10, 250)));
	assert_true(feature_rule_holds(&rule, KERNEL_VERSION(5, 11, 0)));
	assert_true(feature_rule_holds(&rule, KERNEL_VERSION(6, 4, 16)));
	assert_false(feature_rule_holds(&rule, KERNEL_VERSION(6, 5, 0)));
	/* Not known counts as the newest. */
	assert_false(feature_rule_holds(&rule, 0));
	rule.until = 0;
	assert_true(feature_rule_holds(&rule, 0));
	assert_true(feature_rule_holds(&rule, KERNEL_VERSION(6, 18, 0)));
	rule.since = 0;
	assert_true(feature_rule_holds(&rule, KERNEL_VERSION(3, 16, 0)));
}

/* From the history of the kernel: when these came and went. */
static void test_known_dates(void **state)
{
	(void)state;
	assert_false(feature_rule_holds(feature_rule_lookup("F15"), KERNEL_VERSION(6, 1, 0)));
	assert_true(feature_rule_holds(feature_rule_lookup("F15"), KERNEL_VERSION(6, 12, 0)));
	assert_true(feature_rule_holds(feature_rule_lookup("F2"), KERNEL_VERSION(6, 1, 0)));
	assert_false(feature_rule_holds(feature_rule_lookup("F12"), KERNEL_VERSION(5, 10, 0)));
	assert_true(feature_rule_holds(feature_rule_lookup("K-bond-tls"), KERNEL_VERSION(6, 1, 0)));
	assert_false(
		feature_rule_holds(feature_rule_lookup("K-bond-tls"), KERNEL_VERSION(6, 12, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_are_unique),	cmocka_unit_test(test_ids_tell_the_class),
		cmocka_unit_test(test_texts_are_whole), cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_versions),	cmocka_unit_test(test_known_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
