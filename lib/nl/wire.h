/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Talking netlink: requests out, messages in, over sockets or from a recording. The only file that
 * owns netlink sockets; everything around it works on bytes.
 */
#ifndef NOD_NL_WIRE_H
#define NOD_NL_WIRE_H

#include <libmnl/libmnl.h>

#include "lib/base/err.h"
#include "lib/base/tape.h"

/**
 * struct wire - the sockets of one network namespace: the one that the process was in at wire_open()
 * @tape: recording or playing; NULL for neither. Borrowed
 */
struct wire;

struct wire *wire_open(struct tape *tape, struct err *err) attr_must_check;
void wire_close(struct wire *wire);

enum wire_protocol {
	WIRE_ROUTE,
	WIRE_GENERIC,
};

/* A request is put together in here; messages are larger only in answers. */
#define WIRE_REQUEST_BYTES 8192

/*
 * What to do with each message of an answer: 0 to go on, -1 and @err to stop. The payload was only
 * checked for its outer length.
 */
typedef int wire_handler(const struct nlmsghdr *message, void *data, struct err *err);

/* What came of a question. */
enum wire_result {
	WIRE_FAILED = -1, /* @err is filled */
	WIRE_OK = 0,
	WIRE_REFUSED = 1, /* the kernel answered with an error: wire->error, see wire_refusal() */
	WIRE_INTERRUPTED = 2, /* a dump, and things changed meanwhile: ask again */
};

/*
 * Send @request (flags, sequence number and port are filled in: NLM_F_REQUEST, and NLM_F_ACK unless
 * it is a dump) and give each message of the answer to @handler, which may be NULL.
 */
enum wire_result wire_talk(struct wire *wire, enum wire_protocol protocol, struct nlmsghdr *request,
			   wire_handler *handler, void *data, struct err *err) attr_must_check;

/* Of the last WIRE_REFUSED: errno, and the kernel's own words ("" if it had none). */
int wire_refusal(const struct wire *wire, const char **words);

/* Fill @err from the last WIRE_REFUSED, with the kernel's words. Returns -1. */
int wire_refused(const struct wire *wire, struct err *err, const char *doing);

/**
 * struct genl_family - a generic netlink family of the running kernel
 * @id: 0 if the kernel does not have it
 * @do_ops, @dump_ops: commands that it knows, a bit for each
 */
struct genl_family {
	uint16_t id;
	uint64_t do_ops, dump_ops;
	uint32_t
		monitor_group; /* multicast group "monitor" (ethtool) or "mgmt" (netdev); 0: none */
};

/**
 * struct remembered_family - a family that was asked for; for wire_family() alone
 * @name: "" for a free place
 */
struct remembered_family {
	char name[16];
	struct genl_family family;
};
struct remembered_family *wire_families(struct wire *wire, size_t *count);

/* Ask for a family, once for each wire. A kernel without it is no error: id is 0. */
int wire_family(struct wire *wire, const char *name, struct genl_family *family,
		struct err *err) attr_must_check;

bool genl_can_do(const struct genl_family *family, uint8_t command) attr_pure;
bool genl_can_dump(const struct genl_family *family, uint8_t command) attr_pure;

/* Whether @left bytes hold the whole message: mnl_nlmsg_ok() takes lengths above INT_MAX for short. */
bool wire_message_ok(const struct nlmsghdr *message, int left);

/* Start a generic netlink request in @buffer, which has WIRE_REQUEST_BYTES. */
struct nlmsghdr *genl_request(void *buffer, const struct genl_family *family, uint8_t command,
			      bool dump);

/*
 * The attributes of a message, by type: @table has @max + 1 entries, NULL where there is none.
 * Unknown types are left out, the last of several of one type stays. Lengths are checked against
 * the message, not against the type: use the readers below. -1 if the message is cut short.
 */
int wire_attributes(const struct nlmsghdr *message, size_t header, const struct nlattr **table,
		    size_t max);
int wire_nested(const struct nlattr *nest, const struct nlattr **table, size_t max);

/* Readers that answer false if the attribute is not there or too short for the type. */
bool attr_get_u8(const struct nlattr *attr, uint8_t *value);
bool attr_get_u16(const struct nlattr *attr, uint16_t *value);
bool attr_get_u32(const struct nlattr *attr, uint32_t *value);
bool attr_get_u64(const struct nlattr *attr, uint64_t *value);
/* A u32 or a u64, whichever it is: what the netdev family calls uint. */
bool attr_get_uint(const struct nlattr *attr, uint64_t *value);
/* Borrowed; NULL if it is not there or not ended by a NUL. */
const char *attr_get_string(const struct nlattr *attr);

#endif
