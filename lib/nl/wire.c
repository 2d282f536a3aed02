/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How does a question get to the kernel, and every message of the answer back?
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nl/wire.h"

/* The kernel fills at most 32 KiB of a dump at once; one message of 64 KiB is the limit of its length. */
#define RECEIVE_BYTES (64u * 1024)

/* MAX_ERRNO of the kernel is 4095. */
#define ERRNO_END 4096

struct wire {
	struct remembered_family families[2];
	struct tape *tape;
	struct mnl_socket *sockets[2]; /* by enum wire_protocol; NULL when a tape plays */
	uint32_t sequence;
	int error;
	char words[160];
	/* Aligned for netlink headers. */
	union {
		struct nlmsghdr header;
		char bytes[RECEIVE_BYTES];
	} received;
};

struct remembered_family *wire_families(struct wire *wire, size_t *count)
{
	*count = array_size(wire->families);
	return wire->families;
}

static const char *const channels[] = {[WIRE_ROUTE] = "route", [WIRE_GENERIC] = "generic"};

static struct mnl_socket *open_socket(int protocol, struct err *err)
{
	struct mnl_socket *nl = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	int one = 1;

	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		err_set_errno(err, "opening a netlink socket");
		if (nl)
			mnl_socket_close(nl);
		return NULL;
	}
	/* Words with errors are since 4.12, without the request in front since 4.3: do without. */
	(void)mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	(void)mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &one, sizeof(one));
	return nl;
}

struct wire *wire_open(struct tape *tape, struct err *err)
{
	struct wire *wire = malloc(sizeof(*wire));

	if (!wire) {
		err_set(err, ERR_MEMORY, "out of memory");
		return NULL;
	}
	/* Of the buffer only the pages that are used are touched. */
	memset(wire, 0, offsetof(struct wire, received));
	wire->tape = tape;
	if (tape && tape_is_playing(tape))
		return wire;
	wire->sockets[WIRE_ROUTE] = open_socket(NETLINK_ROUTE, err);
	if (wire->sockets[WIRE_ROUTE])
		wire->sockets[WIRE_GENERIC] = open_socket(NETLINK_GENERIC, err);
	if (!wire->sockets[WIRE_GENERIC]) {
		wire_close(wire);
		return NULL;
	}
	return wire;
}

void wire_close(struct wire *wire)
{
	if (!wire)
		return;
	for (size_t i = 0; i < array_size(wire->sockets); i++)
		if (wire->sockets[i])
			mnl_socket_close(wire->sockets[i]);
	free(wire);
}

/**
 * struct talk - one question while its answer comes in
 * @done: the last message was there
 */
struct talk {
	struct wire *wire;
	wire_handler *handler;
	void *data;
	bool done, interrupted;
	uint32_t sequence, port;
};

/* The kernel's words and the attribute that it complains of, behind struct nlmsgerr. */
static void read_words(struct wire *wire, const struct nlmsghdr *message)
{
	const struct nlmsgerr *payload = mnl_nlmsg_get_payload(message);
	const struct nlattr *attrs[NLMSGERR_ATTR_MAX + 1];
	size_t skip = sizeof(*payload);
	const char *words;

	wire->words[0] = '\0';
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(message->nlmsg_flags & NLM_F_CAPPED)) {
		uint32_t request = payload->msg.nlmsg_len;

		if (request < sizeof(struct nlmsghdr) || request > message->nlmsg_len)
			return;
		skip += MNL_ALIGN(request) - sizeof(struct nlmsghdr);
	}
	if (wire_attributes(message, skip, attrs, NLMSGERR_ATTR_MAX) < 0)
		return;
	words = attr_get_string(attrs[NLMSGERR_ATTR_MSG]);
	if (words)
		snprintf(wire->words, sizeof(wire->words), "%s", words);
}

/* The kernel sends the negative of an errno; a recording may say anything. */
static int errno_of(int error)
{
	return error < 0 && error > -ERRNO_END ? -error : EIO;
}

/* A dump that fails says so in its last message. */
static int read_done(struct wire *wire, const struct nlmsghdr *message)
{
	int error;

	wire->error = 0;
	wire->words[0] = '\0';
	if (mnl_nlmsg_get_payload_len(message) < sizeof(error))
		return WIRE_OK;
	memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
	if (error >= 0)
		return WIRE_OK;
	wire->error = errno_of(error);
	return WIRE_REFUSED;
}

static int read_error(struct wire *wire, const struct nlmsghdr *message, struct err *err)
{
	const struct nlmsgerr *payload = mnl_nlmsg_get_payload(message);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*payload))
		return err_set(err, ERR_FORMAT, "netlink error message of %u bytes",
			       message->nlmsg_len);
	if (!payload->error)
		return WIRE_OK;
	wire->error = errno_of(payload->error);
	read_words(wire, message);
	return WIRE_REFUSED;
}

static int take_message(struct talk *talk, const struct nlmsghdr *message, struct err *err)
{
	/* Left over from a question whose answer was not read to its end. */
	if (message->nlmsg_seq != talk->sequence)
		return WIRE_OK;
	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		talk->interrupted = true;
	switch (message->nlmsg_type) {
	case NLMSG_NOOP:
		return WIRE_OK;
	case NLMSG_OVERRUN:
		return err_set(err, ERR_SYSTEM, "the netlink socket overran");
	case NLMSG_ERROR:
		talk->done = true;
		return read_error(talk->wire, message, err);
	case NLMSG_DONE:
		talk->done = true;
		return read_done(talk->wire, message);
	}
	if (!talk->handler)
		return WIRE_OK;
	return talk->handler(message, talk->data, err) < 0 ? WIRE_FAILED : WIRE_OK;
}

/* The messages of one datagram, or of one piece of a recording. */
static int take_messages(struct talk *talk, const void *bytes, size_t length, struct err *err)
{
	const struct nlmsghdr *message = bytes;
	int left = (int)length, result = WIRE_OK;

	while (!result && !talk->done && wire_message_ok(message, left)) {
		result = take_message(talk, message, err);
		message = mnl_nlmsg_next(message, &left);
	}
	return result;
}

/* Sequence numbers and ports differ each time: recordings have none. */
static void record_answer(const struct talk *talk, void *bytes, size_t length)
{
	struct nlmsghdr *message = bytes;
	int left = (int)length;

	for (; wire_message_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
		struct nlmsghdr normal = *message;

		if (message->nlmsg_seq != talk->sequence)
			continue;
		message->nlmsg_seq = 0;
		message->nlmsg_pid = 0;
		tape_add_answer(talk->wire->tape,
				(struct span){(const uint8_t *)message, message->nlmsg_len});
		*message = normal;
	}
}

static int receive(struct talk *talk, struct mnl_socket *nl, struct err *err)
{
	struct wire *wire = talk->wire;
	int result = WIRE_OK;

	while (!result && !talk->done) {
		ssize_t length = mnl_socket_recvfrom(nl, &wire->received, RECEIVE_BYTES);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return err_set_errno(err, "reading from a netlink socket");
		if (wire->tape)
			record_answer(talk, &wire->received, (size_t)length);
		result = take_messages(talk, &wire->received, (size_t)length, err);
	}
	return result;
}

static int play(struct talk *talk, const char *channel, struct span question, struct err *err)
{
	struct wire *wire = talk->wire;
	struct tape_answer answer;
	struct span piece;
	int result = WIRE_OK;

	if (!tape_find(wire->tape, channel, question, &answer)) {
		wire->error = EOPNOTSUPP;
		snprintf(wire->words, sizeof(wire->words), "not asked when it was recorded");
		return WIRE_REFUSED;
	}
	while (!result && !talk->done && tape_next(&answer, &piece)) {
		if (piece.length > RECEIVE_BYTES)
			return err_set(err, ERR_FORMAT, "a recorded message of %zu bytes",
				       piece.length);
		memcpy(&wire->received, piece.bytes, piece.length);
		result = take_messages(talk, &wire->received, piece.length, err);
	}
	if (result || talk->done)
		return result;
	if (!answer.error)
		return err_set(err, ERR_FORMAT, "a recorded answer is cut short");
	wire->error = answer.error;
	wire->words[0] = '\0';
	return WIRE_REFUSED;
}

static int send_request(struct wire *wire, struct mnl_socket *nl, struct nlmsghdr *request,
			struct err *err)
{
	request->nlmsg_seq = ++wire->sequence;
	if (mnl_socket_sendto(nl, request, request->nlmsg_len) < 0)
		return err_set_errno(err, "writing to a netlink socket");
	return 0;
}

enum wire_result wire_talk(struct wire *wire, enum wire_protocol protocol, struct nlmsghdr *request,
			   wire_handler *handler, void *data, struct err *err)
{
	struct talk talk = {.wire = wire, .handler = handler, .data = data};
	struct mnl_socket *nl = wire->sockets[protocol];
	struct span question;
	int result;

	request->nlmsg_flags |= NLM_F_REQUEST;
	if ((request->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		request->nlmsg_flags |= NLM_F_ACK;
	request->nlmsg_seq = 0;
	request->nlmsg_pid = 0;
	question = (struct span){(const uint8_t *)request, request->nlmsg_len};
	if (nl) {
		if (wire->tape)
			tape_add_question(wire->tape, channels[protocol], question);
		if (send_request(wire, nl, request, err))
			return WIRE_FAILED;
		talk.sequence = wire->sequence;
		result = receive(&talk, nl, err);
	} else {
		result = play(&talk, channels[protocol], question, err);
	}
	return !result && talk.interrupted ? WIRE_INTERRUPTED : (enum wire_result)result;
}

int wire_refusal(const struct wire *wire, const char **words)
{
	if (words)
		*words = wire->words;
	return wire->error;
}

int wire_refused(const struct wire *wire, struct err *err, const char *doing)
{
	enum err_code code = wire->error == EOPNOTSUPP ? ERR_UNSUPPORTED : ERR_SYSTEM;

	if (wire->words[0])
		return err_set(err, code, "%s: %s (%s)", doing, strerror(wire->error), wire->words);
	return err_set(err, code, "%s: %s", doing, strerror(wire->error));
}
