/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does an end really do, and what shall it do wrong? /sys/kernel/debug/nodsim/NAME: sets of
 * features, tunnel ports, and one file for each quirk.
 *
 * Who writes takes RTNL, but never waits for it: a device is removed under RTNL, and that waits for
 * whoever is in one of its files.
 */
#include <linux/debugfs.h>
#include <linux/rtnetlink.h>

#include "nodsim.h"

#define WORDS_MAX 1024

static struct dentry *root;

/* --- writing ----------------------------------------------------------------------------------- */

/* Does what @words, ended and without blanks around, say; under RTNL. */
typedef int nodsim_write(struct nodsim *sim, const char *name, char *words);

static ssize_t write_words(struct file *file, const char __user *from, size_t len,
			   nodsim_write *write)
{
	struct nodsim *sim = file_inode(file)->i_private;
	char *words;
	int failed;

	if (len > WORDS_MAX)
		return -EINVAL;
	words = memdup_user_nul(from, len);
	if (IS_ERR(words))
		return PTR_ERR(words);
	if (!rtnl_trylock()) {
		kfree(words);
		return restart_syscall();
	}
	failed = write(sim, file_dentry(file)->d_name.name, strim(words));
	rtnl_unlock();
	kfree(words);
	return failed ? failed : len;
}

/* --- features and ports ------------------------------------------------------------------------ */

static int show_advertised(struct seq_file *out, void *nothing)
{
	const struct nodsim *sim = out->private;

	nodsim_features_show(out, sim->advertised);
	return 0;
}

static int open_advertised(struct inode *inode, struct file *file)
{
	return single_open(file, show_advertised, inode->i_private);
}

/* "default" is what the module's parameter says. */
static int advertise(struct nodsim *sim, const char *name, char *words)
{
	struct net_device *dev = sim->dev;
	netdev_features_t features;
	int failed = nodsim_features_parse(words, nodsim_advertised(), &features);

	if (failed)
		return failed;
	/* What is offered no longer must go off while it still can. */
	dev->wanted_features &= features | ~sim->advertised;
	netdev_update_features(dev);
	nodsim_features_offer(sim, features);
	netdev_change_features(dev);
	return 0;
}

static ssize_t write_advertised(struct file *file, const char __user *from, size_t len,
				loff_t *position)
{
	return write_words(file, from, len, advertise);
}

static const struct file_operations advertised_fops = {
	.owner = THIS_MODULE,
	.open = open_advertised,
	.read = seq_read,
	.write = write_advertised,
	.llseek = seq_lseek,
	.release = single_release,
};

static int configured_show(struct seq_file *out, void *nothing)
{
	const struct nodsim *sim = out->private;

	nodsim_features_show(out, sim->dev->features);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(configured);

static int actual_show(struct seq_file *out, void *nothing)
{
	const struct nodsim *sim = out->private;

	nodsim_offloads_show(out, READ_ONCE(sim->nic.offloads));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(actual);

static int ports_show(struct seq_file *out, void *nothing)
{
	const struct nodsim *sim = out->private;
	const struct sim_ports *ports = &sim->nic.ports;

	for (unsigned int i = 0; i < SIM_PORTS; i++)
		if (ports->kinds[i] != SIM_PLAIN)
			seq_printf(out, "%s %u\n",
				   ports->kinds[i] == SIM_VXLAN ? "vxlan" : "geneve",
				   ports->ports[i]);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(ports);

/* --- quirks ------------------------------------------------------------------------------------ */

/* The set of features that a quirk is about, NULL if it takes a number. */
static netdev_features_t *quirk_features(struct nodsim *sim, const struct sim_quirk *quirk)
{
	switch (quirk->control) {
	case SIM_CONTROL_IGNORE:
		return &sim->ignored;
	case SIM_CONTROL_REFUSE:
		return &sim->refused;
	}
	return NULL;
}

static void show_value(struct seq_file *out, struct nodsim *sim, int number)
{
	netdev_features_t *features = quirk_features(sim, sim_quirks[number]), rest;
	const char *name;

	rest = features ? *features : 0;
	if (!rest) {
		seq_printf(out, "%u", READ_ONCE(sim->nic.quirks.values[number]));
		return;
	}
	while ((name = nodsim_feature_name(&rest)) != NULL)
		seq_printf(out, "%s%s", name, rest ? "," : "");
}

static int show_quirk(struct seq_file *out, void *nothing)
{
	static const char *const sides[] = {
		[SIM_SENDER] = "the end that sends",
		[SIM_RECEIVER] = "the end that receives",
		[SIM_CONTROL] = "the end that is set",
	};
	int number = sim_quirk_lookup(file_dentry(out->file)->d_name.name);
	const struct sim_quirk *quirk;

	if (number < 0)
		return -ENOENT;
	quirk = sim_quirks[number];
	show_value(out, out->private, number);
	seq_printf(out, "\n# %s\n# provokes: %s\n", quirk->summary, quirk->provokes);
	seq_printf(out, "# set at: %s\n# traffic: %s\n# usual: %u\n", sides[quirk->side],
		   quirk->traffic, quirk->usual);
	return 0;
}

static int open_quirk(struct inode *inode, struct file *file)
{
	return single_open(file, show_quirk, inode->i_private);
}

/* Nothing and 0 end it. */
static int read_value(const char *words, netdev_features_t *features, u32 *value)
{
	int failed;

	if (!features)
		return *words ? kstrtou32(words, 0, value) : -EINVAL;
	if (!strcmp(words, "0"))
		words = "";
	failed = nodsim_features_parse(words, 0, features);
	if (!failed)
		*value = *features != 0;
	return failed;
}

static int set_quirk(struct nodsim *sim, const char *name, char *words)
{
	int number = sim_quirk_lookup(name), failed;
	u32 value;

	if (number < 0)
		return -ENOENT;
	failed = read_value(words, quirk_features(sim, sim_quirks[number]), &value);
	if (failed)
		return failed;
	sim_quirk_set(&sim->nic.quirks, number, value);
	nodsim_features_apply(sim, sim->dev->features);
	return 0;
}

static ssize_t write_quirk(struct file *file, const char __user *from, size_t len, loff_t *position)
{
	return write_words(file, from, len, set_quirk);
}

static const struct file_operations quirk_fops = {
	.owner = THIS_MODULE,
	.open = open_quirk,
	.read = seq_read,
	.write = write_quirk,
	.llseek = seq_lseek,
	.release = single_release,
};

/* --- names of devices -------------------------------------------------------------------------- */

/* A device has its own name but for that of another namespace's; that of @own may stay. */
static void choose_name(const struct net_device *dev, const struct dentry *own, char *name,
			size_t len)
{
	struct dentry *taken;

	snprintf(name, len, "%s", dev->name);
	for (unsigned int i = 2; (taken = debugfs_lookup(name, root)) != NULL; i++) {
		dput(taken);
		if (taken == own)
			return;
		snprintf(name, len, "%s-%u", dev->name, i);
	}
}

static void rename(struct nodsim *sim)
{
	char name[IFNAMSIZ + 12];

	choose_name(sim->dev, sim->debugfs, name, sizeof(name));
	/* Nothing happens if that is its name already. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
	debugfs_change_name(sim->debugfs, "%s", name);
#else
	if (strcmp(sim->debugfs->d_name.name, name))
		debugfs_rename(root, sim->debugfs, root, name);
#endif
}

/* A device may also get another name as it comes into another namespace. */
static int on_event(struct notifier_block *block, unsigned long event, void *about)
{
	struct net_device *dev = netdev_notifier_info_to_dev(about);
	struct nodsim *sim = netdev_priv(dev);

	if (dev->netdev_ops == &nodsim_netdev_ops && !IS_ERR_OR_NULL(sim->debugfs) &&
	    (event == NETDEV_CHANGENAME || event == NETDEV_REGISTER))
		rename(sim);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = {.notifier_call = on_event};

/* --- all of it --------------------------------------------------------------------------------- */

void nodsim_debugfs_add(struct nodsim *sim)
{
	char name[IFNAMSIZ + 12];
	struct dentry *quirks;

	choose_name(sim->dev, NULL, name, sizeof(name));
	sim->debugfs = debugfs_create_dir(name, root);
	debugfs_create_file("advertised", 0644, sim->debugfs, sim, &advertised_fops);
	debugfs_create_file("configured", 0444, sim->debugfs, sim, &configured_fops);
	debugfs_create_file("actual", 0444, sim->debugfs, sim, &actual_fops);
	debugfs_create_file("ports", 0444, sim->debugfs, sim, &ports_fops);
	quirks = debugfs_create_dir("quirks", sim->debugfs);
	for (unsigned int i = 0; sim_quirks[i]; i++)
		debugfs_create_file(sim_quirks[i]->name, 0644, quirks, sim, &quirk_fops);
}

void nodsim_debugfs_remove(struct nodsim *sim)
{
	debugfs_remove(sim->debugfs);
	sim->debugfs = NULL;
}

void nodsim_debugfs_init(void)
{
	root = debugfs_create_dir(KBUILD_MODNAME, NULL);
	if (register_netdevice_notifier(&notifier))
		pr_warn("nodsim: debugfs keeps the first names of devices\n");
}

void nodsim_debugfs_exit(void)
{
	unregister_netdevice_notifier(&notifier);
	debugfs_remove(root);
}
