/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does the kernel say to a request, and may it be made at all?
 */
#include <inttypes.h>

#include "cmd/send.h"
#include "lib/host/netns.h"
#include "lib/nl/ethtool.h"

int send_demand(struct live *live, const struct feature_names *names, const struct demand *demand,
		bool *permission, struct err *err)
{
	struct features_change change;
	struct genl_family family;

	*permission = false;
	if (ethtool_family(live->wire, &family, err))
		return -1;
	return ethtool_set_features(live->wire, &family, names, demand->ifindex, &demand->mask,
				    &demand->value, &change, permission, err);
}

int send_forbidden(const struct live *live, struct err *err)
{
	return err_set(err, ERR_SYSTEM,
		       "nothing was changed: that needs CAP_NET_ADMIN in the user namespace that "
		       "owns network namespace %s%s%" PRIu64 "%s",
		       live->netns ? live->netns : "", live->netns ? " (" : "", netns_inode(),
		       live->netns ? ")" : "");
}

int send_may(struct live *live, const struct feature_names *names, int ifindex, struct err *err)
{
	const struct demand nothing = {.ifindex = ifindex};
	struct err answer = {0};
	bool permission;

	/*
	 * What else may be wrong with the device is the business of the real request. Who may change
	 * it depends on who owns the namespace, which only the kernel knows for sure.
	 */
	if (send_demand(live, names, &nothing, &permission, &answer) && permission)
		return send_forbidden(live, err);
	return 0;
}
