/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NOD_TESTS_MKCAP_H
#define NOD_TESTS_MKCAP_H

/*
 * mkcap turns a text form of frames (tests/tools/README.md) into a capture.
 *
 * A script is read in three steps: words (lex), statements and values (parse, value), and then
 * run: every `send` builds one frame (build, and one file per group of layers) and writes it.
 * Nothing here is shared with lib/ or pcap/: the tool is the second opinion on their arithmetic.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MAX_FIELDS 24
#define MAX_LAYERS 24
#define MAX_VARS   32
#define MAX_FRAME  (1u << 20)

/* What a number field may hold beside a number: see the tables of names. */
#define SPECIAL_BIT (UINT64_C(1) << 62)

enum csum_mode {
	CSUM_OK,	    /* right for the bytes as they stand */
	CSUM_PARTIAL,	    /* folded sum of the pseudo-header with length, not inverted */
	CSUM_PARTIAL_NOLEN, /* the same without the length */
	CSUM_LCO,	    /* right as soon as the headers inside have got their right sums */
	CSUM_ZERO,
	CSUM_NONE,  /* no checksum: 0 in UDP */
	CSUM_BAD,   /* the right value with some bits changed */
	CSUM_STALE, /* right for a packet with only `mss` bytes of payload */
};

#define LEN_MSS SPECIAL_BIT /* the length of a packet with only `mss` bytes of payload */

/* A growing list of everything allocated, freed together. */
struct pool {
	void **blocks;
	size_t n, room;
};

void *pool_alloc(struct pool *pool, size_t size);
char *pool_text(struct pool *pool, const char *text, size_t len);
void pool_free(struct pool *pool);

struct word {
	const char *text;
	unsigned line;
	bool last;   /* of its statement */
	bool quoted; /* had quotes: never a sign such as / or } */
};

struct expr {
	char op; /* 'n' number, 'v' variable, or + - * / % */
	int64_t number;
	unsigned var;
	const struct expr *left, *right;
};

enum value_kind {
	VALUE_EXPR,
	VALUE_COUNT, /* first, then by step from the last value of this field and flow */
	VALUE_RANDOM,
	VALUE_LIST,  /* one after the other, then from the start */
	VALUE_NEXT,  /* the next sequence number of another template */
	VALUE_BACK,  /* so many before the next one, without moving it: a retransmission */
	VALUE_ADDR,  /* bytes, some of them computed */
	VALUE_BYTES, /* fixed bytes */
};

struct value {
	enum value_kind kind;
	unsigned line;
	bool is_default;
	const struct expr *expr; /* EXPR, BACK; COUNT: first or NULL; RANDOM: lowest or NULL */
	const struct expr *step; /* COUNT: step; RANDOM: highest */
	const struct value **items;
	size_t n;		   /* of items, or of bytes */
	const char *name;	   /* NEXT */
	struct template *template; /* NEXT, once everything is read */
	struct value *older;	   /* NEXT: the one read before */
	uint8_t *bytes;
	const struct expr *parts[8]; /* ADDR: computed parts; each fills n/nparts bytes */
	unsigned nparts;
};

enum field_type {
	FIELD_INT,
	FIELD_TIME,
	FIELD_FLAGS,
	FIELD_MAC,
	FIELD_IP4,
	FIELD_IP6,
	FIELD_HEX,
	FIELD_TEXT
};

struct name {
	const char *text;
	uint64_t number;
};

struct field {
	const char *name;
	enum field_type type;
	unsigned bits;	 /* of a number; 0: not checked */
	const char *def; /* in the text form; NULL: absent, or worked out when building */
	const struct name *names;
	bool per_segment; /* a counter steps once for every wire segment of the frame before */
};

#define NUMBER(n, b, d)                                                 \
	{                                                               \
		.name = (n), .type = FIELD_INT, .bits = (b), .def = (d) \
	}
#define NAMED(n, b, d, t)                                                             \
	{                                                                             \
		.name = (n), .type = FIELD_INT, .bits = (b), .def = (d), .names = (t) \
	}
#define BYTES(n, t, d)                               \
	{                                            \
		.name = (n), .type = (t), .def = (d) \
	}

struct build;

/* A kind of header. The numbers say what the header before writes to announce it; 0: nothing. */
struct layer_type {
	const char *name;
	const struct field *fields; /* up to a NULL name; operands fill them in this order */
	uint16_t ethertype;
	int ipproto; /* -1: none */
	uint16_t ppp;
	uint8_t nsh;
	uint16_t port;			 /* usual UDP port */
	void (*emit)(struct build *b);	 /* append the header, outer first */
	void (*finish)(struct build *b); /* lengths and checksums, inner first; may be NULL */
};

/* What one field remembers for one flow. */
struct slot {
	uint64_t last;
	uint32_t uses;
	uint32_t segments; /* that the last frame stood for */
};

struct state {
	struct slot *slots;
	size_t n;
};

struct layer_state {
	struct state fields[MAX_FIELDS];
	struct state next; /* TCP: next sequence number */
};

struct layer {
	const struct layer_type *type;
	const struct value *values[MAX_FIELDS];
	struct layer_state *state; /* shared by the templates made from one another */
	unsigned line;
};

/* A frame to build; layers[0] holds the settings behind `|`. */
struct template
{
	const char *name;
	struct layer layers[1 + MAX_LAYERS];
	unsigned n;
	struct template *older;
};

enum statement_kind {
	STATEMENT_SEND,
	STATEMENT_FOR,
	STATEMENT_FILE,
	STATEMENT_SECTION,
	STATEMENT_INTERFACE,
	STATEMENT_BLOCK,
	STATEMENT_RAW,
	STATEMENT_TIME,
	STATEMENT_EVERY,
	STATEMENT_WAIT,
	STATEMENT_SEED,
	STATEMENT_PARAM,
	STATEMENT_TRUNCATE,
};

struct statement {
	enum statement_kind kind;
	unsigned line;
	struct template *template;    /* frame, or one layer of settings */
	unsigned var;		      /* FOR, PARAM */
	const struct expr *from, *to; /* FOR: both included; PARAM, SEED, TRUNCATE: from */
	int64_t ns;		      /* TIME, EVERY, WAIT */
	struct statement *body, *after;
};

struct script {
	const char *file;
	struct pool pool;
	struct word *words;
	size_t nwords, at;
	struct template *templates;
	struct value *references; /* values with a template's name, the latest first */
	const char *vars[MAX_VARS];
	unsigned nvars;
	struct statement *body;
};

_Noreturn void die(const char *file, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void script_words(struct script *s, char *text);
void script_parse(struct script *s);
unsigned script_var(struct script *s, const char *name, size_t len);

/* Values and expressions. */
struct value *value_parse(struct script *s, const struct word *w, const char *text,
			  const struct field *field);
const struct expr *expr_parse(struct script *s, unsigned line, const char *text, size_t len);
int64_t duration_parse(struct script *s, unsigned line, const char *text);
int64_t time_parse(struct script *s, unsigned line, const char *text);

struct csum {
	unsigned field;	 /* with the mode */
	size_t off;	 /* of the checksum in the frame; 0: there is none */
	size_t len;	 /* of the bytes summed, from the start of the layer; 0: to the end */
	uint8_t ipproto; /* of the pseudo-header; 0: none is summed */
	bool crc;	 /* CRC32c, 4 bytes, low byte first */
};

struct placed {
	size_t off;
	struct csum csum;
	bool unfinished; /* a device has still to fill the checksum in */
};

struct build {
	struct script *script;
	int64_t vars[MAX_VARS];
	bool set[MAX_VARS];
	uint64_t rng;
	const uint8_t *noise; /* MAX_FRAME pseudo-random bytes */
	uint64_t frames;      /* built so far */
	bool big_endian;      /* of the file: the order of a NULL header */

	/* of the present frame */
	const struct template *template;
	unsigned at;
	uint64_t flow;
	uint64_t mss;	 /* payload of a wire segment; 0: not given */
	uint64_t stream; /* where in the noise the payload starts */
	size_t payload_off;
	uint8_t *bytes;
	size_t len;
	uint8_t scratch[16]; /* an address just computed */
	struct placed placed[1 + MAX_LAYERS];
	struct slot *stepped[MAX_LAYERS];
	unsigned nstepped;
};

/* Fields of the layer at b->at. */
bool has(const struct build *b, unsigned field);
bool given(const struct build *b, unsigned field);
uint64_t num(struct build *b, unsigned field);
const uint8_t *field_bytes(struct build *b, unsigned field, size_t *len);
int64_t expr_eval(const struct build *b, unsigned line, const struct expr *e);
uint64_t build_random(struct build *b);
struct slot *state_slot(struct build *b, struct state *state);
uint64_t template_next_seq(struct build *b, const struct template *t, unsigned line);

/* Bytes of the frame; numbers in network order. */
void put(struct build *b, const void *bytes, size_t len);
void put_field(struct build *b, unsigned field); /* an address or bytes */
void put_zero(struct build *b, size_t len);
void put8(struct build *b, uint64_t v);
void put16(struct build *b, uint64_t v);
void put32(struct build *b, uint64_t v);
void patch16(struct build *b, size_t off, uint64_t v);
void patch32(struct build *b, size_t off, uint64_t v);
unsigned get16(const struct build *b, size_t off);

/* The layer before or behind the present one; NULL: none. */
const struct layer_type *next_type(const struct build *b);
uint16_t next_ethertype(const struct build *b);
uint8_t next_ipproto(const struct build *b);

/* The start of the present layer, and the bytes from there to the end of the packet. */
size_t here(const struct build *b);
size_t rest(const struct build *b);
/* The value of a length field: as given, `mss`, or the real one (0 where 16 bits cannot hold it). */
uint64_t length_value(struct build *b, unsigned field, size_t real);

/* Write the checksum of the present layer. */
void put_checksum(struct build *b, const struct csum *c);

/* One's complement sum of bytes (odd end padded with zero), added to `sum`; not folded. */
uint64_t sum_bytes(uint64_t sum, const uint8_t *bytes, size_t len);
uint16_t sum_fold(uint64_t sum);
uint32_t crc32c(const uint8_t *bytes, size_t len);

/* Build the frame of a template: b->bytes and b->len. */
void build_frame(struct build *b, const struct template *t);

extern const struct layer_type layers_link[], layers_net[], layers_transport[], layers_tunnel[];
extern const struct layer_type layer_frame, layer_file, layer_section, layer_interface, layer_block;
extern const struct name csum_names[], len_names[];

enum frame_field {
	FRAME_FLOW,
	FRAME_CUT,
	FRAME_WIRE,
	FRAME_PAD,
	FRAME_MIN,
	FRAME_FLIP,
	FRAME_MSS,
	FRAME_SEGS,
	FRAME_FRAGMENT,
	FRAME_AFTER,
	FRAME_CAPLEN,
	FRAME_INTERFACE,
	FRAME_BLOCK,
	FRAME_DIR,
	FRAME_NOT_READY,
	FRAME_VALID,
	FRAME_SEGMENTED,
	FRAME_BLOCK_LEN,
	FRAME_COMMENT,
};

enum block_kind {
	BLOCK_EPB,
	BLOCK_SPB,
	BLOCK_OPB
};

/* One frame as the file will say it. */
struct record {
	const uint8_t *bytes;
	size_t caplen;
	uint64_t said_caplen, wire;
	int64_t time_ns;
	unsigned interface;
	enum block_kind block;
	uint32_t flags;		 /* epb_flags; 0: no option */
	uint32_t said_block_len; /* 0: the right one */
	const uint8_t *comment;
	size_t comment_len;
};

struct writer;

struct writer *writer_open(struct script *s, const char *path);
void writer_file(struct writer *w, struct build *b, unsigned line);
void writer_section(struct writer *w, struct build *b, unsigned line);
void writer_interface(struct writer *w, struct build *b, unsigned line);
void writer_block(struct writer *w, struct build *b, unsigned line);
void writer_raw(struct writer *w, struct build *b);
void writer_record(struct writer *w, unsigned line, struct record *r);
/* How many bytes of a frame the interface keeps. */
size_t writer_snaplen(struct writer *w, unsigned line, unsigned interface);
void writer_close(struct writer *w, size_t drop);

void script_run(struct script *s, struct build *b, struct writer *w);

#endif
