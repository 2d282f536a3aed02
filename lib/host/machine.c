/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the machine tell elsewhere than through netlink?
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <linux/version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/base/text.h"
#include "lib/host/machine.h"

/* softnet_stat of thousands of CPUs; everything else is one line. */
#define FILE_MAX ((size_t)4 * 1024 * 1024)

/**
 * struct source - one way to ask
 * @channel: of the tape
 * @ask: append the answer; returns an errno, or 0
 */
struct source {
	const char *channel;
	int (*ask)(const char *question, struct text *answer);
};

static int ask_file(const char *path, struct text *answer)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
	char chunk[16384];
	ssize_t n = 1;

	if (fd < 0)
		return errno;
	while (n && !error && answer->length < FILE_MAX) {
		n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			text_add_bytes(answer, chunk, (size_t)n);
		else if (n < 0 && errno != EINTR)
			error = errno;
	}
	close(fd);
	return error;
}

static int ask_link(const char *path, struct text *answer)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target));

	if (n < 0)
		return errno;
	text_add_bytes(answer, target, (size_t)n);
	return 0;
}

static int ask_drvinfo(const char *name, struct text *answer)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	struct ifreq request = {.ifr_data = (void *)&info};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), error = 0;

	/* Any socket will do, and a kernel may lack IPv4. */
	if (fd < 0)
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		error = errno;
	else
		text_add_bytes(answer, info.driver, strnlen(info.driver, sizeof(info.driver)));
	close(fd);
	return error;
}

static int ask_uname(const char *question, struct text *answer)
{
	struct utsname name;

	(void)question;
	if (uname(&name) < 0)
		return errno;
	text_add(answer, name.release);
	return 0;
}

static const struct source source_file = {"file", ask_file};
static const struct source source_link = {"link", ask_link};
static const struct source source_drvinfo = {"drvinfo", ask_drvinfo};
static const struct source source_uname = {"uname", ask_uname};

static int play_answer(struct tape *tape, const char *channel, struct span question,
		       struct text *text)
{
	struct tape_answer answer;
	struct span piece;

	if (!tape_find(tape, channel, question, &answer))
		return ENOENT;
	while (tape_next(&answer, &piece))
		text_add_bytes(text, (const char *)piece.bytes, piece.length);
	return answer.error;
}

/*
 * The answer to @question, from the machine or the tape, cut at a NUL. Returns an errno or 0; ENOMEM is
 * only ever ours.
 */
static int ask(struct tape *tape, const struct source *source, const char *question,
	       struct text *answer)
{
	struct span asked = {(const uint8_t *)question, strlen(question)};
	int error;

	text_clear(answer);
	text_add(answer, "");
	if (tape && tape_is_playing(tape))
		error = play_answer(tape, source->channel, asked, answer);
	else
		error = source->ask(question, answer);
	if (answer->failed)
		return ENOMEM;
	if (tape && !tape_is_playing(tape)) {
		tape_add_question(tape, source->channel, asked);
		if (!error)
			tape_add_answer(tape, (struct span){(const uint8_t *)answer->chars,
							    answer->length});
		tape_add_error(tape, error);
	}
	return error == ENOMEM ? EIO : error;
}

static int no_memory(struct err *err)
{
	return err_set(err, ERR_MEMORY, "no memory for what the machine tells");
}

static void trim_line(struct text *text)
{
	text->chars[strcspn(text->chars, "\n")] = '\0';
}

/* --- kernel --- */

/* "6.12.95+deb13-amd64"; 0 if there are no two numbers at its start. */
static uint32_t parse_version(const char *release)
{
	unsigned long part[3] = {0};
	char *end;

	for (size_t i = 0; i < array_size(part); i++) {
		if (*release < '0' || *release > '9')
			return i < 2 ? 0 : KERNEL_VERSION(part[0], part[1], 0);
		part[i] = strtoul(release, &end, 10);
		/* The kernel keeps each in a byte, and so must we: later ones of the last stay 255. */
		if (i < 2 && part[i] > 255)
			return 0;
		release = *end == '.' ? end + 1 : "";
	}
	return (uint32_t)KERNEL_VERSION(part[0], part[1], part[2]);
}

int machine_kernel(struct tape *tape, struct snapshot *snapshot, struct err *err)
{
	struct text answer = {0};
	int error = ask(tape, &source_uname, "", &answer);

	if (error == 0) {
		snapshot->release = arena_strdup(&snapshot->arena, answer.chars);
		if (!snapshot->release)
			error = ENOMEM;
		else
			snapshot->version = parse_version(snapshot->release);
	}
	text_free(&answer);
	if (error == ENOMEM)
		return no_memory(err);
	if (error && tape && tape_is_playing(tape))
		return err_set(err, ERR_FORMAT, "the recording does not tell its kernel release");
	errno = error;
	return error ? err_set_errno(err, "uname") : 0;
}

/* --- drivers --- */

/* Whether a name from outside can be one part of a path. */
static bool is_path_part(const char *name)
{
	return *name && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

/* What sysfs says: the last part of where the link of the bus points to. */
static int ask_bus(struct tape *tape, const struct device *device, struct text *answer)
{
	struct text path = {0};
	const char *slash;
	int error;

	if (!device->bus || !device->bus_address || !is_path_part(device->bus) ||
	    !is_path_part(device->bus_address))
		return ENOENT;
	text_printf(&path, "/sys/bus/%s/devices/%s/driver", device->bus, device->bus_address);
	error = path.failed ? ENOMEM : ask(tape, &source_link, path.chars, answer);
	text_free(&path);
	if (error)
		return error;
	slash = strrchr(answer->chars, '/');
	if (slash)
		memmove(answer->chars, slash + 1, strlen(slash + 1) + 1);
	return answer->chars[0] ? 0 : ENOENT;
}

static int find_driver(struct tape *tape, struct snapshot *snapshot, struct device *device,
		       struct text *answer)
{
	int error = ask_bus(tape, device, answer);

	if (error && error != ENOMEM)
		error = ask(tape, &source_drvinfo, device->name, answer);
	if (error == ENOMEM)
		return -1;
	if (error || !answer->chars[0])
		return 0;
	device->driver = arena_strdup(&snapshot->arena, answer->chars);
	return device->driver ? 0 : -1;
}

int machine_drivers(struct tape *tape, struct snapshot *snapshot, struct err *err)
{
	struct text answer = {0};
	int result = 0;

	for (size_t i = 0; i < snapshot->ndevices && result == 0; i++) {
		struct device *device = &snapshot->devices[i];

		if (device->driver)
			continue;
		if (device->kind)
			device->driver = device->kind;
		else
			result = find_driver(tape, snapshot, device, &answer);
	}
	text_free(&answer);
	return result ? no_memory(err) : 0;
}

/* --- softnet --- */

/*
 * Columns of softnet_stat, all hexadecimal; the number of the CPU is there since Linux 5.10. Without it
 * lines are counted, which is right as long as no CPU is offline.
 */
enum {
	SOFTNET_PROCESSED = 0,
	SOFTNET_DROPPED = 1,
	SOFTNET_SQUEEZED = 2,
	SOFTNET_CPU = 12,
	SOFTNET_COLUMNS = 13,
};

/* One line. false if it has not even the first three columns. */
static bool parse_softnet(const char *line, uint32_t number, struct softnet *softnet)
{
	unsigned long columns[SOFTNET_COLUMNS];
	size_t count = 0;
	char *end;

	while (count < SOFTNET_COLUMNS) {
		while (*line == ' ')
			line++;
		if (!strchr("0123456789abcdefABCDEF", *line) || !*line)
			break;
		columns[count++] = strtoul(line, &end, 16);
		line = end;
	}
	if (count <= SOFTNET_SQUEEZED)
		return false;
	softnet->processed = columns[SOFTNET_PROCESSED];
	softnet->dropped = columns[SOFTNET_DROPPED];
	softnet->squeezed = columns[SOFTNET_SQUEEZED];
	softnet->cpu = count > SOFTNET_CPU ? (uint32_t)columns[SOFTNET_CPU] : number;
	return true;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count + 1;
}

int machine_softnet(struct tape *tape, struct snapshot *snapshot, struct err *err)
{
	struct text answer = {0};
	int error = ask(tape, &source_file, "/proc/net/softnet_stat", &answer);
	struct softnet *softnet = NULL;
	uint32_t number = 0;

	if (error == 0) {
		softnet =
			arena_alloc(&snapshot->arena, count_lines(answer.chars) * sizeof(*softnet));
		error = softnet ? 0 : ENOMEM;
	}
	if (error) {
		text_free(&answer);
		return error == ENOMEM ? no_memory(err) : 0;
	}
	snapshot->softnet = softnet;
	snapshot->nsoftnet = 0;
	for (const char *line = answer.chars; *line; number++) {
		if (parse_softnet(line, number, &softnet[snapshot->nsoftnet]))
			snapshot->nsoftnet++;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	text_free(&answer);
	return 0;
}

/* --- batching --- */

/* A file of a device in sysfs, without its newline. */
static int ask_attribute(struct tape *tape, const struct device *device, const char *attribute,
			 struct text *answer)
{
	char path[128];

	if (!is_path_part(device->name))
		return ENOENT;
	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", device->name, attribute);
	return ask(tape, &source_file, path, answer);
}

static int ask_number(struct tape *tape, const struct device *device, const char *attribute,
		      uint64_t *number)
{
	struct text answer = {0};
	int error = ask_attribute(tape, device, attribute, &answer);

	if (error == 0) {
		trim_line(&answer);
		if (!answer.chars[0] || answer.chars[strspn(answer.chars, "0123456789")] != '\0')
			error = EINVAL;
		else
			*number = strtoull(answer.chars, NULL, 10);
	}
	text_free(&answer);
	return error;
}

static bool has_address(const struct device *device)
{
	uint8_t any = 0;

	for (size_t i = 0; i < device->address_length; i++)
		any |= device->address[i];
	return any != 0;
}

/* 0 if the device of that name in sysfs is this one; ENODEV if it is another. */
static int check_identity(struct tape *tape, const struct device *device)
{
	char address[3 * sizeof(device->address) + 1] = "";
	struct text answer = {0};
	uint64_t ifindex;
	int error = ask_number(tape, device, "ifindex", &ifindex);

	if (error == 0 && ifindex != (uint64_t)device->ifindex)
		error = ENODEV;
	if (error == 0)
		error = ask_attribute(tape, device, "address", &answer);
	if (error == 0) {
		trim_line(&answer);
		for (size_t i = 0; i < device->address_length; i++)
			snprintf(address + 3 * i, sizeof(address) - 3 * i,
				 "%02x:", device->address[i]);
		if (device->address_length > 0)
			address[3 * device->address_length - 1] = '\0';
		error = strcmp(address, answer.chars) == 0 ? 0 : ENODEV;
	}
	text_free(&answer);
	return error;
}

/*
 * Every namespace has a "lo" of the same number and address: devices without an address of their own
 * are believed if the first that has one is in the same sysfs.
 */
static int check_sysfs(struct tape *tape, const struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->ndevices; i++)
		if (has_address(&snapshot->devices[i]))
			return check_identity(tape, &snapshot->devices[i]);
	return ENODEV;
}

static int add_setting(struct tape *tape, const struct device *device, const char *attribute,
		       const char *unit)
{
	struct fact_list *list = &device->details->batching;
	struct fact fact = {.key = attribute, .unit = unit, .type = FACT_NUMBER};
	int error = ask_number(tape, device, attribute, &fact.number);

	if (error == 0)
		list->facts[list->count++] = fact;
	return error;
}

/* ENOMEM, or anything else. */
static int read_batching(struct tape *tape, struct snapshot *snapshot, const struct device *device,
			 bool sysfs)
{
	struct fact_list *list = &device->details->batching;
	int error = has_address(device) || sysfs ? check_identity(tape, device) : ENODEV;

	if (error)
		return error;
	list->count = 0;
	list->facts = arena_alloc(&snapshot->arena, 2 * sizeof(*list->facts));
	if (!list->facts)
		return ENOMEM;
	error = add_setting(tape, device, "gro_flush_timeout", "ns");
	return error == ENOMEM ? error : add_setting(tape, device, "napi_defer_hard_irqs", "");
}

static bool any_details(const struct snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->ndevices; i++)
		if (snapshot->devices[i].details)
			return true;
	return false;
}

int machine_batching(struct tape *tape, struct snapshot *snapshot, struct err *err)
{
	int error;
	bool sysfs;

	if (!any_details(snapshot))
		return 0;
	error = check_sysfs(tape, snapshot);
	sysfs = error == 0;
	for (size_t i = 0; i < snapshot->ndevices && error != ENOMEM; i++)
		if (snapshot->devices[i].details)
			error = read_batching(tape, snapshot, &snapshot->devices[i], sysfs);
	return error == ENOMEM ? no_memory(err) : 0;
}
