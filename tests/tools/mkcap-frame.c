/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which headers, fields and changes does the text of one frame name? */

#include <ctype.h>
#include <string.h>

#include "tests/tools/mkcap-parse.h"

static const struct layer_type *const families[] = {layers_link, layers_net, layers_transport,
						    layers_tunnel};

const struct layer_type *layer_type_find(const char *name)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		for (const struct layer_type *t = families[i]; t->name; t++) {
			if (!strcmp(t->name, name))
				return t;
		}
	}
	return NULL;
}

struct template *template_find(const struct script *s, const char *name, size_t len)
{
	struct template *t = s->templates;

	while (t && (strlen(t->name) != len || memcmp(t->name, name, len)))
		t = t->older;
	return t;
}

static void layer_init(struct script *s, struct layer *l, const struct layer_type *type)
{
	struct word w = {.line = 0};

	l->type = type;
	l->state = pool_alloc(&s->pool, sizeof(*l->state));
	for (unsigned i = 0; type->fields[i].name; i++) {
		struct value *v;

		if (!type->fields[i].def)
			continue;
		w.text = type->fields[i].def;
		v = value_parse(s, &w, w.text, &type->fields[i]);
		v->is_default = true;
		l->values[i] = v;
	}
}

struct template *template_new(struct script *s, const struct layer_type *first)
{
	struct template *t = pool_alloc(&s->pool, sizeof(*t));

	layer_init(s, &t->layers[0], first);
	t->layers[0].line = s->words[s->at ? s->at - 1 : 0].line;
	t->n = 1;
	return t;
}

static int field_find(const struct layer_type *type, const char *name, size_t len)
{
	for (int i = 0; type->fields[i].name; i++) {
		if (strlen(type->fields[i].name) == len && !memcmp(type->fields[i].name, name, len))
			return i;
	}
	return -1;
}

static void set_value(struct script *s, struct layer *l, int field, const char *text)
{
	const struct word *w = &s->words[s->at];

	l->values[field] = value_parse(s, w, text, &l->type->fields[field]);
}

/* The field that has `word` among its names: `big` means order=big. */
static int field_by_name(const struct layer_type *type, const char *word)
{
	for (int i = 0; type->fields[i].name; i++) {
		for (const struct name *n = type->fields[i].names; n && n->text; n++) {
			if (!strcmp(n->text, word))
				return i;
		}
	}
	return -1;
}

/* FIELD=VALUE, or the next operand; in settings also FIELD for FIELD=1, or a name. */
static void parse_field(struct script *s, struct layer *l, unsigned *operands, bool settings)
{
	const struct word *w = &s->words[s->at];
	size_t key = strcspn(w->text, "=");
	int field = field_find(l->type, w->text, key);

	if (field < 0 && settings && !w->quoted && field_by_name(l->type, w->text) >= 0) {
		set_value(s, l, field_by_name(l->type, w->text), w->text);
	} else if (field >= 0 && w->text[key]) {
		set_value(s, l, field, w->text + key + 1);
	} else if (field >= 0 && settings && !w->quoted) {
		set_value(s, l, field, "1");
	} else if (w->text[key] && !w->quoted && *w->text != '(' && *w->text != '{') {
		die(s->file, w->line, "%s has no field '%.*s'", l->type->name, (int)key, w->text);
	} else if (!w->quoted && !strcmp(w->text, ">")) {
		return;
	} else if (!l->type->fields[*operands].name) {
		die(s->file, w->line, "%s: '%s' is one operand too many", l->type->name, w->text);
	} else {
		set_value(s, l, (int)(*operands)++, w->text);
	}
}

static bool is_sign(const struct script *s, const char *sign)
{
	return !s->words[s->at].quoted && !strcmp(s->words[s->at].text, sign);
}

void parse_fields(struct script *s, struct layer *l, bool settings)
{
	unsigned operands = 0;

	for (; s->at < s->nwords && !is_sign(s, "/") && !is_sign(s, "|"); s->at++) {
		parse_field(s, l, &operands, settings);
		if (s->words[s->at].last) {
			s->at++;
			return;
		}
	}
}

/* Is the word before the present one the end of the statement? */
static bool ended(const struct script *s)
{
	return s->words[s->at - 1].last;
}

static void parse_settings(struct script *s, struct template *t)
{
	if (ended(s) || !is_sign(s, "|"))
		return;
	s->at++;
	if (ended(s))
		die(s->file, s->words[s->at - 1].line, "a setting is expected behind |");
	parse_fields(s, &t->layers[0], true);
	if (!ended(s))
		die(s->file, s->words[s->at].line, "'%s' is not a setting", s->words[s->at].text);
}

static void parse_layer(struct script *s, struct template *t)
{
	const struct word *w = &s->words[s->at];
	const struct layer_type *type = layer_type_find(w->text);

	if (!type)
		die(s->file, w->line, "no layer is called '%s'", w->text);
	if (t->n > MAX_LAYERS)
		die(s->file, w->line, "more than %d layers", MAX_LAYERS);
	layer_init(s, &t->layers[t->n], type);
	t->layers[t->n].line = w->line;
	s->at++;
	if (!w->last)
		parse_fields(s, &t->layers[t->n], false);
	t->n++;
}

/* LAYER / LAYER ... | SETTINGS */
static void parse_layers(struct script *s, struct template *t)
{
	for (;;) {
		parse_layer(s, t);
		if (ended(s) || !is_sign(s, "/"))
			break;
		s->at++;
		if (ended(s))
			die(s->file, s->words[s->at - 1].line, "a layer is expected behind /");
	}
	parse_settings(s, t);
}

/* LAYER or LAYER[N]: N counts from 1 among the layers of that name. */
static struct layer *layer_find(struct script *s, struct template *t, const char *text, size_t len)
{
	const struct word *w = &s->words[s->at];
	size_t name = strcspn(text, "[."), wanted = 0, seen = 0;
	struct layer *found = NULL;

	if (name < len && sscanf(text + name, "[%zu].", &wanted) != 1)
		die(s->file, w->line, "'%.*s' is not LAYER or LAYER[NUMBER]", (int)len, text);
	for (unsigned i = 1; i < t->n; i++) {
		const char *type = t->layers[i].type->name;

		if (strlen(type) != name || memcmp(type, text, name))
			continue;
		if (++seen == wanted || !wanted)
			found = &t->layers[i];
	}
	if (!wanted && seen > 1)
		die(s->file, w->line, "which %.*s? There are %zu: say %.*s[1] or so", (int)name,
		    text, seen, (int)name, text);
	if (!found || wanted > seen)
		die(s->file, w->line, "the frame has no layer '%.*s'", (int)len, text);
	return found;
}

/* with LAYER.FIELD=VALUE ... */
static void parse_changes(struct script *s, struct template *t)
{
	do {
		const struct word *w = &s->words[s->at];
		size_t dot = strcspn(w->text, ".="), equals = strcspn(w->text, "=");
		struct layer *l;
		int field;

		if (w->text[dot] != '.' || !w->text[equals])
			die(s->file, w->line, "'%s' is not LAYER.FIELD=VALUE", w->text);
		l = layer_find(s, t, w->text, dot);
		field = field_find(l->type, w->text + dot + 1, equals - dot - 1);
		if (field < 0)
			die(s->file, w->line, "%s has no field '%.*s'", l->type->name,
			    (int)(equals - dot - 1), w->text + dot + 1);
		set_value(s, l, field, w->text + equals + 1);
		s->at++;
	} while (!ended(s) && !is_sign(s, "|"));
}

static void swap_fields(struct layer *l, const char *a, const char *b)
{
	int i = field_find(l->type, a, strlen(a)), j = field_find(l->type, b, strlen(b));
	const struct value *kept;

	if (i < 0 || j < 0)
		return;
	kept = l->values[i];
	l->values[i] = l->values[j];
	l->values[j] = kept;
}

/* The other direction: addresses and ports change places, but not the ports of a UDP tunnel. */
static void reverse(struct script *s, struct template *t)
{
	for (unsigned i = 1; i < t->n; i++) {
		struct layer *l = &t->layers[i];

		l->state = pool_alloc(&s->pool, sizeof(*l->state));
		swap_fields(l, "src", "dst");
		swap_fields(l, "sha", "tha");
		swap_fields(l, "spa", "tpa");
		if (i + 1 == t->n || !t->layers[i + 1].type->port)
			swap_fields(l, "sport", "dport");
	}
	t->layers[0].state = pool_alloc(&s->pool, sizeof(*t->layers[0].state));
}

/* [reversed] TEMPLATE [with CHANGES] [| SETTINGS] */
static struct template *parse_copy(struct script *s)
{
	struct template *t = pool_alloc(&s->pool, sizeof(*t));
	bool reversed = is_sign(s, "reversed") && !s->words[s->at].last;
	const struct template *base;
	const struct word *w;

	s->at += reversed;
	w = &s->words[s->at++];
	base = template_find(s, w->text, strlen(w->text));
	if (!base)
		die(s->file, w->line, "nothing is called '%s'", w->text);
	*t = *base;
	if (reversed)
		reverse(s, t);
	if (!w->last && is_sign(s, "with")) {
		s->at++;
		if (ended(s))
			die(s->file, w->line, "LAYER.FIELD=VALUE is expected behind 'with'");
		parse_changes(s, t);
	}
	parse_settings(s, t);
	if (!ended(s))
		die(s->file, w->line, "what does '%s' mean here?", s->words[s->at].text);
	return t;
}

struct template *parse_frame(struct script *s)
{
	struct template *t;

	if (is_sign(s, "reversed") ||
	    template_find(s, s->words[s->at].text, strlen(s->words[s->at].text)))
		return parse_copy(s);
	t = template_new(s, &layer_frame);
	t->layers[0].line = s->words[s->at].line;
	parse_layers(s, t);
	return t;
}
