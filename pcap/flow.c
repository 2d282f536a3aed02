/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which flow does a frame belong to?
 *
 * Flows lie in chunks that never move; an open-addressing index of 8 bytes an entry, at most half
 * full, leads to them. The hash is seeded, so that nobody can prepare a capture whose flows all
 * collide; no output depends on the order in the index.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "pcap/flow.h"

#define CHUNK_BITS  9
#define CHUNK_FLOWS (1u << CHUNK_BITS)

struct slot {
	uint32_t hash, number; /* index of the flow plus one; 0 is free */
};

/**
 * struct index - from hash to number
 * @mask: number of slots less one
 */
struct index {
	struct slot *slots;
	uint32_t mask;
};

struct flow_table {
	struct flow **chunks;
	size_t nchunks, count, max;
	struct index flows, paths;
	struct path *path_list;
	size_t npaths, room_paths;
	uint32_t last_path, hand;
	uint64_t forgotten;
	uint64_t seeds[4];
};

static inline uint64_t multiply_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * Both kinds of key as words. They are put together, hashed and compared in registers: writing single
 * bytes and reading them back as words would make the CPU wait.
 */
#define KEY_WORDS 6

struct words {
	uint64_t word[KEY_WORDS];
};

_Static_assert(sizeof(struct flow_key) == sizeof(struct words), "a key is made of whole words");
_Static_assert(sizeof(struct path) == sizeof(struct words), "a path is made of whole words");

/* Each frame needs nearly all of its flow, so every cache line of it counts. */
_Static_assert(sizeof(struct flow) <= 4 * 64, "a flow takes four cache lines");

static inline uint64_t load_native64(const void *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static inline bool words_equal(struct words words, const void *key)
{
	const uint8_t *p = key;
	const uint64_t *w = words.word;

	return w[0] == load_native64(p) && w[1] == load_native64(p + 8) &&
	       w[2] == load_native64(p + 16) && w[3] == load_native64(p + 24) &&
	       w[4] == load_native64(p + 32) && w[5] == load_native64(p + 40);
}

static inline struct words key_words(const struct flow_key *key)
{
	struct words words;

	memcpy(&words, key, sizeof(words));
	return words;
}

static inline uint32_t hash_words(const struct flow_table *table, struct words words)
{
	const uint64_t *w = words.word, *seeds = table->seeds;
	uint64_t hash;

	hash = multiply_fold(w[0] ^ seeds[0], w[1] ^ seeds[1]) ^
	       multiply_fold(w[2] ^ seeds[2], w[3] ^ seeds[3]);
	hash = multiply_fold(hash ^ w[4], w[5] ^ seeds[1]);
	return (uint32_t)(hash >> 32 ^ hash);
}

static bool index_open(struct index *index, uint32_t slots)
{
	index->slots = calloc(slots, sizeof(*index->slots));
	index->mask = slots - 1;
	return index->slots != NULL;
}

static void index_put(struct index *index, uint32_t hash, uint32_t number)
{
	uint32_t at = hash & index->mask;

	while (index->slots[at].number)
		at = (at + 1) & index->mask;
	index->slots[at] = (struct slot){hash, number};
}

static bool index_grow(struct index *index)
{
	struct index bigger;

	if (!index_open(&bigger, (index->mask + 1) * 2))
		return false;
	for (uint32_t i = 0; i <= index->mask; i++)
		if (index->slots[i].number)
			index_put(&bigger, index->slots[i].hash, index->slots[i].number);
	free(index->slots);
	*index = bigger;
	return true;
}

/* Keep at least half of the slots free for @count entries. */
static bool index_reserve(struct index *index, size_t count)
{
	return count * 2 <= index->mask || index_grow(index);
}

/* Take an entry out and move up those behind it that would no longer be found. */
static void index_remove(struct index *index, uint32_t hash, uint32_t number)
{
	uint32_t at = hash & index->mask, next;

	while (index->slots[at].number != number)
		at = (at + 1) & index->mask;
	for (next = (at + 1) & index->mask; index->slots[next].number;
	     next = (next + 1) & index->mask) {
		uint32_t home = index->slots[next].hash & index->mask;

		if (((next - home) & index->mask) < ((next - at) & index->mask))
			continue;
		index->slots[at] = index->slots[next];
		at = next;
	}
	index->slots[at].number = 0;
}

struct flow_table *flows_open(size_t max)
{
	struct flow_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->max = max;
	if (getrandom(table->seeds, sizeof(table->seeds), GRND_NONBLOCK) < 0)
		memset(table->seeds, 0x5a, sizeof(table->seeds));
	if (!index_open(&table->flows, 1024) || !index_open(&table->paths, 64)) {
		flows_close(table);
		return NULL;
	}
	return table;
}

void flows_close(struct flow_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->nchunks; i++)
		free(table->chunks[i]);
	free(table->chunks);
	free(table->flows.slots);
	free(table->paths.slots);
	free(table->path_list);
	free(table);
}

size_t flows_count(const struct flow_table *table)
{
	return table->count;
}

struct flow *flows_at(const struct flow_table *table, size_t index)
{
	return &table->chunks[index >> CHUNK_BITS][index & (CHUNK_FLOWS - 1)];
}

uint64_t flows_forgotten(const struct flow_table *table)
{
	return table->forgotten;
}

const struct path *flows_path(const struct flow_table *table, const struct flow_key *key)
{
	return &table->path_list[key->path];
}

static inline struct flow *find(const struct flow_table *table, struct words key, uint32_t hash)
{
	const struct index *index = &table->flows;

	for (uint32_t at = hash & index->mask; index->slots[at].number;
	     at = (at + 1) & index->mask) {
		struct flow *flow;

		if (index->slots[at].hash != hash)
			continue;
		flow = flows_at(table, index->slots[at].number - 1);
		if (likely(words_equal(key, &flow->key)))
			return flow;
	}
	return NULL;
}

const struct flow *flows_reverse(const struct flow_table *table, const struct flow *flow)
{
	struct flow_key key = flow->key;

	if (flows_path(table, &flow->key)->tunnel != TUNNEL_NONE)
		return NULL;
	memcpy(key.src, flow->key.dst, sizeof(key.src));
	memcpy(key.dst, flow->key.src, sizeof(key.dst));
	key.src_port = flow->key.dst_port;
	key.dst_port = flow->key.src_port;
	return find(table, key_words(&key), hash_words(table, key_words(&key)));
}

static inline uint64_t load_native32(const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return word;
#else
	return (uint64_t)word << 32;
#endif
}

/* Two or more members of a key as the word, or half of one, that they are in memory. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static inline uint64_t pack32(uint32_t first, uint32_t second)
{
	return (uint64_t)second << 32 | first;
}

static inline uint32_t pack16(uint16_t first, uint16_t second)
{
	return (uint32_t)second << 16 | first;
}

static inline uint64_t pack8(uint8_t first, uint8_t second)
{
	return (uint64_t)second << 8 | first;
}
#else
static inline uint64_t pack32(uint32_t first, uint32_t second)
{
	return (uint64_t)first << 32 | second;
}

static inline uint32_t pack16(uint16_t first, uint16_t second)
{
	return (uint32_t)first << 16 | second;
}

static inline uint64_t pack8(uint8_t first, uint8_t second)
{
	return (uint64_t)first << 56 | (uint64_t)second << 48;
}
#endif

/* Source and destination as the first four words of a key. */
static inline void put_addresses(struct words *words, const struct view *view,
				 const struct header *ip)
{
	const uint8_t *p = view_header(view, ip);

	if (likely(ip->kind == HEADER_IPV4)) {
		words->word[0] = load_native32(p + 12);
		words->word[1] = 0;
		words->word[2] = load_native32(p + 16);
		words->word[3] = 0;
		return;
	}
	words->word[0] = load_native64(p + 8);
	words->word[1] = load_native64(p + 16);
	words->word[2] = load_native64(p + 24);
	words->word[3] = load_native64(p + 32);
}

static attr_noinline bool path_add(struct flow_table *table, struct words path, uint32_t hash,
				   uint32_t *number)
{
	struct path *list;
	size_t room = table->room_paths ? table->room_paths * 2 : 16;

	if (table->npaths == table->room_paths) {
		list = realloc(table->path_list, room * sizeof(*list));
		if (!list)
			return false;
		table->path_list = list;
		table->room_paths = room;
	}
	if (!index_reserve(&table->paths, table->npaths + 1))
		return false;
	*number = (uint32_t)table->npaths++;
	memcpy(&table->path_list[*number], &path, sizeof(path));
	index_put(&table->paths, hash, *number + 1);
	return true;
}

/* Paths of forgotten flows stay: this many more than flows, then only the kind of tunnel is kept. */
#define MORE_PATHS 4096

static attr_noinline bool path_search(struct flow_table *table, struct words path, uint32_t *number)
{
	const struct index *index = &table->paths;
	uint32_t hash;

	if (unlikely(table->npaths > table->max + MORE_PATHS))
		path = (struct words){.word[5] = path.word[5]};
	hash = hash_words(table, path);

	for (uint32_t at = hash & index->mask; index->slots[at].number;
	     at = (at + 1) & index->mask) {
		*number = index->slots[at].number - 1;
		if (index->slots[at].hash == hash && words_equal(path, &table->path_list[*number]))
			return true;
	}
	return path_add(table, path, hash, number);
}

static inline struct words make_path(const struct view *view)
{
	struct words path = {{0}};
	const struct header *ip;

	path.word[4] = pack32(view->tap, view->vni);
	path.word[5] = pack8(view->tunnel, 0);
	if (view->tunnel == TUNNEL_NONE)
		return path;
	ip = view->outer;
	put_addresses(&path, view, ip);
	path.word[5] = pack8(view->tunnel, ip->kind == HEADER_IPV4 ? 4 : 6);
	return path;
}

/* Most captures have one path, or long runs of one: look at the last before searching. */
static inline bool path_lookup(struct flow_table *table, const struct view *view, uint32_t *number)
{
	const struct path *last =
		likely(table->npaths) ? &table->path_list[table->last_path] : NULL;
	struct words path;

	*number = table->last_path;
	/* Paths outside of tunnels differ by nothing but the tap. */
	if (likely(view->tunnel == TUNNEL_NONE) && likely(last) &&
	    likely(last->tunnel == TUNNEL_NONE && last->tap == view->tap))
		return true;
	path = make_path(view);
	if (likely(last) && likely(words_equal(path, last)))
		return true;
	if (!path_search(table, path, number))
		return false;
	table->last_path = *number;
	return true;
}

static inline struct words make_key(const struct view *view, uint32_t path)
{
	static const uint8_t protos[HEADER_KINDS] = {
		[HEADER_TCP] = 6,  [HEADER_UDP] = 17,	 [HEADER_SCTP] = 132,
		[HEADER_ICMP] = 1, [HEADER_ICMPV6] = 58,
	};
	const struct header *ip = view->inner, *l4 = view_l4(view);
	uint8_t proto = 0;
	uint32_t ports = 0;
	struct words key;

	put_addresses(&key, view, ip);
	if (likely(l4)) {
		const uint8_t *p = view_header(view, l4);

		proto = protos[l4->kind];
		if (l4->kind != HEADER_ICMP && l4->kind != HEADER_ICMPV6)
			ports = pack16(load_be16(p), load_be16(p + 2));
	} else if (ip->kind == HEADER_IPV4) {
		proto = view_header(view, ip)[9];
	}
	key.word[4] = pack32(ports, path);
	key.word[5] = pack8(proto, ip->kind == HEADER_IPV4 ? 4 : 6);
	return key;
}

/* The clock's hand goes round: flows that were seen since its last visit are spared once. */
static size_t take_place(struct flow_table *table, flow_forget_fn *forget, void *context)
{
	for (;;) {
		struct flow *flow = flows_at(table, table->hand);
		uint32_t number = table->hand + 1;

		table->hand = (table->hand + 1) % (uint32_t)table->count;
		if (flow->seen) {
			flow->seen = false;
			continue;
		}
		forget(context, flow);
		index_remove(&table->flows, hash_words(table, key_words(&flow->key)), number);
		table->forgotten++;
		return number;
	}
}

/* Returns the number of the new place, 0 if there is no memory. */
static size_t new_place(struct flow_table *table)
{
	if (table->count == table->nchunks * CHUNK_FLOWS) {
		struct flow **chunks;

		chunks = realloc(table->chunks, (table->nchunks + 1) * sizeof(*chunks));
		if (!chunks)
			return 0;
		table->chunks = chunks;
		chunks[table->nchunks] = malloc(CHUNK_FLOWS * sizeof(struct flow));
		if (!chunks[table->nchunks])
			return 0;
		table->nchunks++;
	}
	if (!index_reserve(&table->flows, table->count + 1))
		return 0;
	return ++table->count;
}

static attr_noinline struct flow *flow_add(struct flow_table *table, struct words key,
					   uint32_t hash, flow_forget_fn *forget, void *context)
{
	struct flow *flow;
	size_t number;

	number = table->count < table->max ? new_place(table) : take_place(table, forget, context);
	if (!number)
		return NULL;
	flow = flows_at(table, number - 1);
	*flow = (struct flow){0};
	memcpy(&flow->key, &key, sizeof(flow->key));
	index_put(&table->flows, hash, (uint32_t)number);
	return flow;
}

struct flow *flows_lookup(struct flow_table *table, const struct view *view, flow_forget_fn *forget,
			  void *context)
{
	struct words key;
	struct flow *flow;
	uint32_t path, hash;

	if (unlikely(!path_lookup(table, view, &path)))
		return NULL;
	key = make_key(view, path);
	hash = hash_words(table, key);
	flow = find(table, key, hash);
	/* The mark is for those that were seen again, or all would look alike when one has to go. */
	if (unlikely(!flow))
		return flow_add(table, key, hash, forget, context);
	flow->seen = true;
	return flow;
}

const char *address_name(const uint8_t *address, uint8_t version, char buffer[ADDRESS_CHARS])
{
	inet_ntop(version == 4 ? AF_INET : AF_INET6, address, buffer, ADDRESS_CHARS);
	return buffer;
}

static const char *protocol_name(uint8_t proto, struct arena *arena)
{
	switch (proto) {
	case 1:
		return "icmp";
	case 6:
		return "tcp";
	case 17:
		return "udp";
	case 58:
		return "icmpv6";
	case 132:
		return "sctp";
	default:
		return arena_printf(arena, "ip-proto-%u", proto);
	}
}

const struct endpoints *key_endpoints(const struct flow_table *table, const struct flow_key *key,
				      struct arena *arena)
{
	const struct path *path = flows_path(table, key);
	struct endpoints *ends = arena_alloc(arena, sizeof(*ends));
	char name[ADDRESS_CHARS];

	if (!ends)
		return NULL;
	ends->protocol = protocol_name(key->proto, arena);
	ends->src = arena_strdup(arena, address_name(key->src, key->version, name));
	ends->dst = arena_strdup(arena, address_name(key->dst, key->version, name));
	ends->src_port = key->src_port;
	ends->dst_port = key->dst_port;
	if (path->tunnel != TUNNEL_NONE) {
		ends->tunnel = tunnel_names[path->tunnel];
		ends->outer_src = arena_strdup(arena, address_name(path->src, path->version, name));
		ends->outer_dst = arena_strdup(arena, address_name(path->dst, path->version, name));
		ends->vni = path->vni;
		if (!ends->outer_src || !ends->outer_dst)
			return NULL;
	}
	return ends->protocol && ends->src && ends->dst ? ends : NULL;
}
