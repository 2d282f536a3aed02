/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which signals have come?
 */
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd/signals.h"

int signals_hear(const int *numbers, size_t count, sigset_t *old, struct err *err)
{
	struct sigaction action;
	sigset_t heard;
	int fd;

	sigemptyset(&heard);
	for (size_t i = 0; i < count; i++)
		if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(&heard, numbers[i]);
	if (sigprocmask(SIG_BLOCK, &heard, old) < 0)
		return err_set_errno(err, "blocking signals");
	fd = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd >= 0)
		return fd;
	err_set_errno(err, "hearing signals");
	(void)sigprocmask(SIG_SETMASK, old, NULL);
	return -1;
}

int signals_next(int fd)
{
	struct signalfd_siginfo signal;

	return read(fd, &signal, sizeof(signal)) == sizeof(signal) ? (int)signal.ssi_signo : 0;
}
