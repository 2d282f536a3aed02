/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a device matters to offloads, beside its features: how would a person read it?
 */
#include <stdio.h>
#include <string.h>

#include "cmd/show.h"

/* IPv6 has no length for more in its header: above it, BIG TCP is on. */
#define LARGEST_WITHOUT_BIG_TCP 65536

static void add_key(const char *key, struct text *out)
{
	struct text safe attr_cleanup(text_free) = {0};

	text_add_untrusted(&safe, key);
	for (char *c = safe.chars; c && *c; c++)
		*c = *c == '_' ? ' ' : *c;
	text_add(out, safe.chars ? safe.chars : "");
	out->failed |= safe.failed;
}

/* The fact that says how large another one can be: rx_max for rx. */
static const struct fact *most_of(const struct fact_list *list, const struct fact *fact)
{
	char key[64];

	snprintf(key, sizeof(key), "%s_max", fact->key);
	return fact_lookup(list, key);
}

static bool is_most(const struct fact_list *list, const struct fact *fact)
{
	size_t length = strlen(fact->key);
	char key[64];

	if (length < 4 || length >= sizeof(key) || strcmp(fact->key + length - 4, "_max") != 0)
		return false;
	snprintf(key, sizeof(key), "%.*s", (int)(length - 4), fact->key);
	return fact_lookup(list, key) != NULL;
}

/* "rx packets 7" and "rx usecs 3" say what they count; "ns" and "bytes" behind a number do not harm. */
static bool says_unit(const struct fact *fact)
{
	const char *last = strrchr(fact->key, '_');

	last = last ? last + 1 : fact->key;
	return strcmp(last, fact->unit) == 0 || strcmp(last, "usecs") == 0 ||
	       strcmp(last, "frames") == 0 || strcmp(last, "segs") == 0;
}

static void add_fact(const struct fact_list *list, const struct fact *fact, struct text *line)
{
	const struct fact *most = most_of(list, fact);

	text_add(line, line->length ? ", " : "");
	add_key(fact->key, line);
	fact_add_value(fact, line);
	if (most) {
		text_add(line, " of");
		fact_add_value(most, line);
	}
	if (fact->unit && *fact->unit && !says_unit(fact))
		text_printf(line, " %s", fact->unit);
}

static void add_facts(const struct fact_list *list, struct text *line)
{
	for (size_t i = 0; i < list->count; i++)
		if (!is_most(list, &list->facts[i]))
			add_fact(list, &list->facts[i], line);
}

/* Only if there is something in @line, which is empty again afterwards. */
static void end_row(const struct show_page *page, const char *label, struct text *line,
		    struct text *out)
{
	out->failed |= line->failed;
	if (line->length && !line->failed)
		show_row(out, page->session, label, line->chars);
	text_clear(line);
}

static void add_list(const struct show_page *page, const char *label, const struct fact_list *list,
		     struct text *out)
{
	struct text line attr_cleanup(text_free) = {0};

	add_facts(list, &line);
	end_row(page, label, &line, out);
}

static void add_sizes(const struct show_page *page, const struct device *device, struct text *out)
{
	const struct fact *gso = fact_lookup(&device->sizes, "gso_max_size");
	const struct fact *gro = fact_lookup(&device->sizes, "gro_max_size");
	struct text line attr_cleanup(text_free) = {0};

	for (size_t i = 0; i < device->sizes.count; i++) {
		const struct fact *fact = &device->sizes.facts[i];

		text_add(&line, line.length ? ", " : "");
		add_key(fact->key, &line);
		fact_add_value(fact, &line);
	}
	if ((gso && gso->number > LARGEST_WITHOUT_BIG_TCP) ||
	    (gro && gro->number > LARGEST_WITHOUT_BIG_TCP))
		text_add(&line, " (BIG TCP)");
	end_row(page, "sizes", &line, out);
}

static void add_rss(const struct show_page *page, const struct rss *rss, struct text *out)
{
	struct text line attr_cleanup(text_free) = {0};

	if (!rss)
		return;
	if (rss->hash) {
		text_add(&line, "hash ");
		text_add_untrusted(&line, rss->hash);
	}
	if (rss->entries)
		text_printf(&line, "%s%u entries", line.length ? ", " : "", rss->entries);
	for (size_t i = 0; i < rss->nqueues; i++)
		text_printf(&line, "%s%u", i ? " " : " over queues ", rss->queues[i]);
	end_row(page, "rss", &line, out);
}

static void add_ports(const struct show_page *page, const char *label,
		      const struct tunnel_port *ports, size_t count, struct text *out)
{
	struct text line attr_cleanup(text_free) = {0};

	for (size_t i = 0; i < count; i++) {
		text_printf(&line, "%s%u ", i ? ", " : "", ports[i].port);
		text_add_untrusted(&line, ports[i].type ? ports[i].type : "?");
		if (ports[i].device) {
			text_add(&line, " of ");
			text_add_untrusted(&line, ports[i].device);
		}
	}
	if (!count)
		text_add(&line, "none");
	end_row(page, label, &line, out);
}

/* How many packets of the wire were in one of the stack: the proof that an offload is used. */
static void add_factor(const struct fact_list *counters, const char *packets, const char *wire,
		       const char *words, struct text *line)
{
	const struct fact *few = fact_lookup(counters, packets);
	const struct fact *many = fact_lookup(counters, wire);

	if (!few || !many || !few->number)
		return;
	text_printf(line, "%s%s %.1f packets of the wire each", line->length ? ", " : "", words,
		    (double)many->number / (double)few->number);
}

static void add_use(const struct show_page *page, const struct fact_list *counters,
		    struct text *out)
{
	struct text line attr_cleanup(text_free) = {0};

	add_factor(counters, "tx_hw_gso_packets", "tx_hw_gso_wire_packets",
		   "the NIC segmented packets into", &line);
	add_factor(counters, "rx_hw_gro_packets", "rx_hw_gro_wire_packets",
		   "the NIC merged packets from", &line);
	end_row(page, "in use", &line, out);
}

static void add_queues(const struct show_page *page, const struct device_details *details,
		       struct text *out)
{
	struct text line attr_cleanup(text_free) = {0};
	char label[32];

	for (size_t i = 0; i < details->nqueues; i++) {
		const struct queue_stats *queue = &details->queues[i];

		add_facts(&queue->counters, &line);
		snprintf(label, sizeof(label), "%.8s queue %u", queue->type ? queue->type : "",
			 queue->id);
		end_row(page, label, &line, out);
	}
}

static void add_napis(const struct show_page *page, const struct device_details *details,
		      struct text *out)
{
	struct text line attr_cleanup(text_free) = {0};
	char label[32];

	for (size_t i = 0; i < details->nnapis; i++) {
		add_facts(&details->napis[i].settings, &line);
		if (!line.length)
			text_add(&line, "nothing more known");
		snprintf(label, sizeof(label), "napi %u", details->napis[i].id);
		end_row(page, label, &line, out);
	}
}

/* Absent is not zero: what is missing is named. */
static void add_untold(const struct show_page *page, const struct device_details *details,
		       struct text *out)
{
	const struct {
		const char *name;
		bool told;
	} parts[] = {
		{"rings", details->rings.count},
		{"channels", details->channels.count},
		{"RSS", details->rss},
		{"coalescing", details->coalescing.count},
		{"pause", details->pause.count},
		{"batching", details->batching.count},
		{"tunnel ports", details->has_tunnel_ports},
		{"counters", details->counters.count},
	};
	struct text line attr_cleanup(text_free) = {0};

	for (size_t i = 0; i < array_size(parts); i++)
		if (!parts[i].told)
			text_printf(&line, "%s%s", line.length ? ", " : "", parts[i].name);
	end_row(page, "not told", &line, out);
}

static void add_forwarding(const struct show_page *page, const struct device *device,
			   struct text *out)
{
	struct text line attr_cleanup(text_free) = {0};

	if (device->has & DEVICE_HAS_FORWARDING4)
		text_printf(&line, "IPv4 %s", device->forwarding4 ? "on" : "off");
	if (device->has & DEVICE_HAS_FORWARDING6)
		text_printf(&line, "%sIPv6 %s", line.length ? ", " : "",
			    device->forwarding6 ? "on" : "off");
	end_row(page, "forwarding", &line, out);
}

void show_details(const struct show_page *page, const struct device *device, struct text *out)
{
	static const struct device_details none;
	const struct device_details *details = device->details ? device->details : &none;

	add_sizes(page, device, out);
	add_forwarding(page, device, out);
	add_list(page, "tunnel", &device->tunnel_flags, out);
	add_list(page, "rings", &details->rings, out);
	add_list(page, "channels", &details->channels, out);
	add_rss(page, details->rss, out);
	add_list(page, "coalescing", &details->coalescing, out);
	add_list(page, "pause", &details->pause, out);
	add_list(page, "batching", &details->batching, out);
	add_list(page, "private flags", &details->private_flags, out);
	if (details->has_tunnel_ports)
		add_ports(page, "tunnel ports", details->tunnel_ports, details->ntunnel_ports, out);
	if (details->nmissing_ports)
		add_ports(page, "ports missing", details->missing_ports, details->nmissing_ports,
			  out);
	add_list(page, "counters", &details->counters, out);
	add_use(page, &details->counters, out);
	add_queues(page, details, out);
	add_napis(page, details, out);
	add_untold(page, details, out);
}

/* The sum, then the CPUs that had trouble. */
void show_softnet(const struct show_page *page, struct text *out)
{
	const struct snapshot *snapshot = page->selection.snapshot;
	struct text line attr_cleanup(text_free) = {0};
	struct softnet sum = {0};

	for (size_t i = 0; i < snapshot->nsoftnet; i++) {
		sum.processed += snapshot->softnet[i].processed;
		sum.dropped += snapshot->softnet[i].dropped;
		sum.squeezed += snapshot->softnet[i].squeezed;
	}
	if (!snapshot->nsoftnet)
		return;
	text_printf(&line, "%zu CPUs, %llu packets processed, %llu dropped, squeezed %llu times",
		    snapshot->nsoftnet, (unsigned long long)sum.processed,
		    (unsigned long long)sum.dropped, (unsigned long long)sum.squeezed);
	for (size_t i = 0; i < snapshot->nsoftnet; i++) {
		const struct softnet *cpu = &snapshot->softnet[i];

		if (cpu->dropped || cpu->squeezed)
			text_printf(&line, "; CPU %u: %llu dropped, squeezed %llu times", cpu->cpu,
				    (unsigned long long)cpu->dropped,
				    (unsigned long long)cpu->squeezed);
	}
	show_colored(out, page->session, SHOW_BOLD, "softnet");
	text_add(out, "\n");
	end_row(page, "all CPUs", &line, out);
}
