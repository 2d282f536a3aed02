/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is what pcapng has no option for said in a comment, and read again?
 */
#include <string.h>

#include "pcap/annotation.h"

#define PREFIX	     "nod:"
#define PREFIX_BYTES (sizeof(PREFIX) - 1)

/* --- writing ------------------------------------------------------------------------------------ */

/*
 * What is written, in the caller's buffer. Frames are annotated as fast as they come: no printf().
 */
struct words {
	char *text;
	size_t length;
};

static inline void add_text(struct words *words, const char *text, size_t length)
{
	memcpy(words->text + words->length, text, length);
	words->length += length;
}

static inline void add_number(struct words *words, uint64_t number)
{
	char digits[20];
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	add_text(words, digits + first, sizeof(digits) - first);
}

/* "KEY=" of the next word. */
static inline void add_key(struct words *words, const char *key)
{
	if (words->length > PREFIX_BYTES)
		words->text[words->length++] = ' ';
	add_text(words, key, strlen(key));
	words->text[words->length++] = '=';
}

static inline struct words begin(char *text)
{
	struct words words = {text, 0};

	add_text(&words, PREFIX, PREFIX_BYTES);
	return words;
}

/* Nothing after the prefix is no annotation. */
static inline size_t end(struct words *words)
{
	if (words->length == PREFIX_BYTES)
		words->length = 0;
	words->text[words->length] = 0;
	return words->length;
}

size_t annotation_of_frame(const struct frame_truth *truth, char text[ANNOTATION_BYTES])
{
	struct words words = begin(text);

	if (truth->gso != GSO_NONE && truth->gso < GSO_KINDS) {
		add_key(&words, "gso");
		add_text(&words, gso_kind_names[truth->gso], strlen(gso_kind_names[truth->gso]));
	}
	if (truth->gso_size) {
		add_key(&words, "size");
		add_number(&words, truth->gso_size);
	}
	if (truth->ecn) {
		add_key(&words, "ecn");
		add_text(&words, "on", 2);
	}
	if (truth->csum_start) {
		add_key(&words, "csum");
		add_number(&words, truth->csum_start);
		add_text(&words, "+", 1);
		add_number(&words, truth->csum_offset);
	}
	return end(&words);
}

static void add_switch(struct words *words, const char *key, bool on)
{
	add_key(words, key);
	add_text(words, on ? "on" : "off", on ? 2 : 3);
}

/* Those that were not active when the capture began, but later. */
static void add_ever(struct words *words, uint32_t features)
{
	bool first = true;

	for (unsigned int i = 0; vantage_feature_names[i]; i++) {
		if (!(features & 1u << i))
			continue;
		if (first)
			add_key(words, "ever");
		else
			add_text(words, ",", 1);
		add_text(words, vantage_feature_names[i], strlen(vantage_feature_names[i]));
		first = false;
	}
}

static void add_vantage(struct words *words, const struct vantage *vantage)
{
	if (vantage->has & VANTAGE_HAS_MTU) {
		add_key(words, "mtu");
		add_number(words, vantage->mtu);
	}
	if (vantage->has & VANTAGE_HAS_FORWARDING)
		add_switch(words, "forwarding", vantage->forwarding);
	if (vantage->has & VANTAGE_HAS_FEATURES) {
		for (unsigned int i = 0; vantage_feature_names[i]; i++)
			add_switch(words, vantage_feature_names[i], vantage->features & 1u << i);
		add_ever(words, vantage->ever & ~vantage->features);
	}
	if (vantage->has & VANTAGE_HAS_CSUM_FAILURES) {
		add_key(words, "csum-failures");
		add_number(words, vantage->csum_failures);
	}
}

size_t annotation_of_interface(const struct vantage *vantage, bool truth,
			       char text[ANNOTATION_BYTES])
{
	struct words words = begin(text);

	if (truth)
		add_text(&words, "truth", 5);
	add_vantage(&words, vantage);
	return end(&words);
}

/* --- reading ------------------------------------------------------------------------------------ */

/* A word of a comment: "KEY=VALUE", or "KEY". */
struct word {
	struct span key, value;
};

static bool is_text(struct span span, const char *text)
{
	return span.length == strlen(text) && memcmp(span.bytes, text, span.length) == 0;
}

/* What stands before the first @separator in @rest; @rest goes on behind it. */
static struct span cut(struct span *rest, char separator)
{
	const uint8_t *found = rest->length ? memchr(rest->bytes, separator, rest->length) : NULL;
	size_t length = found ? (size_t)(found - rest->bytes) : rest->length;
	struct span first = {rest->bytes, length};

	length += found != NULL;
	rest->bytes += length;
	rest->length -= length;
	return first;
}

static bool begins(struct span *comment)
{
	const uint8_t *prefix = span_at(*comment, 0, PREFIX_BYTES);

	if (!prefix || memcmp(prefix, PREFIX, PREFIX_BYTES) != 0)
		return false;
	comment->bytes += PREFIX_BYTES;
	comment->length -= PREFIX_BYTES;
	return true;
}

static bool next_word(struct span *rest, struct word *word)
{
	if (!rest->length)
		return false;
	word->value = cut(rest, ' ');
	word->key = cut(&word->value, '=');
	return true;
}

/* Decimal digits, at most @most. */
static bool read_number(struct span digits, uint64_t most, uint64_t *number)
{
	uint64_t value = 0;

	if (!digits.length || digits.length > 20)
		return false;
	for (size_t i = 0; i < digits.length; i++) {
		unsigned int digit = digits.bytes[i] - (unsigned int)'0';

		if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	*number = value;
	return value <= most;
}

static void read_u16(struct span digits, uint16_t *to)
{
	uint64_t number;

	if (read_number(digits, UINT16_MAX, &number))
		*to = (uint16_t)number;
}

static void read_gso(struct span value, struct frame_truth *truth)
{
	for (uint8_t i = 0; i < GSO_KINDS; i++)
		if (is_text(value, gso_kind_names[i]))
			truth->gso = i;
}

/* Both numbers, or none. */
static void read_checksum(struct span value, struct frame_truth *truth)
{
	struct span start = cut(&value, '+');
	uint64_t first, second;

	if (read_number(start, UINT16_MAX, &first) && read_number(value, UINT16_MAX, &second)) {
		truth->csum_start = (uint16_t)first;
		truth->csum_offset = (uint16_t)second;
	}
}

bool annotation_read_frame(struct span comment, struct frame_truth *truth)
{
	struct word word;

	if (!begins(&comment))
		return false;
	while (next_word(&comment, &word)) {
		if (is_text(word.key, "gso"))
			read_gso(word.value, truth);
		else if (is_text(word.key, "size"))
			read_u16(word.value, &truth->gso_size);
		else if (is_text(word.key, "csum"))
			read_checksum(word.value, truth);
		else if (is_text(word.key, "ecn"))
			truth->ecn = is_text(word.value, "on");
	}
	return true;
}

static uint32_t feature_of(struct span name)
{
	for (unsigned int i = 0; vantage_feature_names[i]; i++)
		if (is_text(name, vantage_feature_names[i]))
			return 1u << i;
	return 0;
}

static void read_feature(const struct word *word, struct vantage *vantage)
{
	uint32_t feature = feature_of(word->key);

	bool on = is_text(word->value, "on");

	if (!feature || (!on && !is_text(word->value, "off")))
		return;
	vantage->has |= VANTAGE_HAS_FEATURES;
	vantage->features = on ? vantage->features | feature : vantage->features & ~feature;
	vantage->ever |= on ? feature : 0;
}

static void read_ever(struct span value, struct vantage *vantage)
{
	while (value.length)
		vantage->ever |= feature_of(cut(&value, ','));
}

static void read_forwarding(struct span value, struct vantage *vantage)
{
	if (!is_text(value, "on") && !is_text(value, "off"))
		return;
	vantage->forwarding = is_text(value, "on");
	vantage->has |= VANTAGE_HAS_FORWARDING;
}

static void read_vantage_word(const struct word *word, struct vantage *vantage)
{
	uint64_t number;

	if (is_text(word->key, "mtu")) {
		if (!read_number(word->value, UINT32_MAX, &number))
			return;
		vantage->mtu = (uint32_t)number;
		vantage->has |= VANTAGE_HAS_MTU;
	} else if (is_text(word->key, "csum-failures")) {
		if (!read_number(word->value, UINT64_MAX, &number))
			return;
		vantage->csum_failures = number;
		vantage->has |= VANTAGE_HAS_CSUM_FAILURES;
	} else if (is_text(word->key, "forwarding")) {
		read_forwarding(word->value, vantage);
	} else if (is_text(word->key, "ever")) {
		read_ever(word->value, vantage);
	} else {
		read_feature(word, vantage);
	}
}

bool annotation_read_interface(struct span comment, struct vantage *vantage, bool *truth)
{
	struct word word;

	if (!begins(&comment))
		return false;
	while (next_word(&comment, &word)) {
		if (is_text(word.key, "truth") && !word.value.length)
			*truth = true;
		else
			read_vantage_word(&word, vantage);
	}
	return true;
}
