/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What are the grades of a finding called?
 */
#include "lib/model/finding.h"

const char *const severity_names[] = {"note", "warning", "error", NULL};
const char *const confidence_names[] = {"possible", "likely", "certain", NULL};
