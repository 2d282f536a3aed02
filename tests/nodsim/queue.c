/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What becomes of a frame between its arrival and the poll that takes it, and who waits for whom?
 *
 * Locks: a receive queue's @lock is of its ring. A transmit queue belongs to who has the stack's lock of
 * that queue (__netif_tx_lock); senders take the former inside the latter.
 */
#include <linux/mm.h>
#include <linux/rtnetlink.h>

#include "compat.h"
#include "nodsim.h"

/* --- memory ------------------------------------------------------------------------------------ */

static enum hrtimer_restart time_is_up(struct hrtimer *timer)
{
	struct nodsim_rxq *queue = container_of(timer, struct nodsim_rxq, timer);

	napi_schedule(&queue->napi);
	return HRTIMER_NORESTART;
}

int nodsim_queues_alloc(struct nodsim *sim)
{
	sim->rxqs = kvcalloc(NODSIM_QUEUES_MAX, sizeof(*sim->rxqs), GFP_KERNEL);
	sim->txqs = kvcalloc(NODSIM_QUEUES_MAX, sizeof(*sim->txqs), GFP_KERNEL);
	if (!sim->rxqs || !sim->txqs) {
		nodsim_queues_free(sim);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < NODSIM_QUEUES_MAX; i++) {
		struct nodsim_rxq *rxq = &sim->rxqs[i];
		struct nodsim_txq *txq = &sim->txqs[i];

		rxq->sim = sim;
		rxq->index = i;
		spin_lock_init(&rxq->lock);
		INIT_LIST_HEAD(&rxq->ring);
		compat_hrtimer_setup(&rxq->timer, time_is_up);
		txq->sim = sim;
		txq->index = i;
	}
	return 0;
}

void nodsim_queues_free(struct nodsim *sim)
{
	kvfree(sim->rxqs);
	kvfree(sim->txqs);
	sim->rxqs = NULL;
	sim->txqs = NULL;
}

static void free_buffers(struct nodsim *sim, unsigned int index)
{
	struct nodsim_rxq *rxq = &sim->rxqs[index];
	struct nodsim_txq *txq = &sim->txqs[index];

	kvfree(rxq->core.frame);
	kvfree(rxq->core.trains[0].bytes);
	kvfree(txq->packet);
	kvfree(txq->core.piece);
	kvfree(txq->core.held);
	memset(&rxq->core, 0, sizeof(rxq->core));
	memset(&txq->core, 0, sizeof(txq->core));
	txq->packet = NULL;
}

static int alloc_buffers(struct nodsim *sim, unsigned int index)
{
	struct nodsim_rxq *rxq = &sim->rxqs[index];
	struct nodsim_txq *txq = &sim->txqs[index];
	u8 *trains = kvmalloc_array(SIM_TRAINS, SIM_MERGE_MAX, GFP_KERNEL);

	rxq->core.trains[0].bytes = trains;
	rxq->core.frame = kvmalloc(SIM_FRAME_MAX, GFP_KERNEL);
	txq->packet = kvmalloc(SIM_SEND_MAX, GFP_KERNEL);
	txq->core.piece = kvmalloc(SIM_FRAME_MAX, GFP_KERNEL);
	txq->core.held = kvmalloc(SIM_FRAME_MAX, GFP_KERNEL);
	if (!trains || !rxq->core.frame || !txq->packet || !txq->core.piece || !txq->core.held) {
		free_buffers(sim, index);
		return -ENOMEM;
	}
	for (unsigned int i = 1; i < SIM_TRAINS; i++)
		rxq->core.trains[i].bytes = trains + i * SIM_MERGE_MAX;
	return 0;
}

static void free_all_buffers(struct nodsim *sim, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++)
		free_buffers(sim, i);
}

static int alloc_all_buffers(struct nodsim *sim, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++) {
		int err = alloc_buffers(sim, i);

		if (err) {
			free_all_buffers(sim, from, i);
			return err;
		}
	}
	return 0;
}

/* --- flow control ------------------------------------------------------------------------------ */

bool nodsim_is_full(const struct nodsim *sim)
{
	unsigned int ring = READ_ONCE(sim->ring_size);
	unsigned int room = min_t(unsigned int, NODSIM_SEGMENTS_MAX, ring / 2);

	for (unsigned int i = 0; i < NODSIM_QUEUES_MAX; i++)
		if (READ_ONCE(sim->rxqs[i].waiting) + room > ring)
			return true;
	return false;
}

static void wake_queue(struct nodsim_txq *queue)
{
	struct netdev_queue *txq = netdev_get_tx_queue(queue->sim->dev, queue->index);

	if (!netif_tx_queue_stopped(txq))
		return;
	__netif_tx_lock(txq, smp_processor_id());
	if (queue->open && netif_tx_queue_stopped(txq)) {
		netif_tx_wake_queue(txq);
		nodsim_tx_count(queue, NODSIM_TX_WAKE, 1);
	}
	__netif_tx_unlock(txq);
}

void nodsim_wake_sender(struct nodsim *sim)
{
	struct nodsim *peer;

	/* The ring's length comes before the question who waits; a sender does it the other way round. */
	smp_mb();
	rcu_read_lock();
	peer = rcu_dereference(sim->peer);
	/* There may be no more than these; a queue that comes into use is awake. */
	if (peer && !nodsim_is_full(sim))
		for (unsigned int i = 0, count = READ_ONCE(peer->nqueues); i < count; i++)
			wake_queue(&peer->txqs[i]);
	rcu_read_unlock();
}

/* --- arrival ----------------------------------------------------------------------------------- */

/* A sender that pauses has the rest of its packet yet to come. */
static unsigned int most_frames(const struct nodsim *sim)
{
	unsigned int ring = READ_ONCE(sim->ring_size);

	return READ_ONCE(sim->pause) ? ring + NODSIM_QUEUES_MAX * NODSIM_SEGMENTS_MAX : ring;
}

static struct nodsim_frame *copy_frame(const struct nodsim *sim, const u8 *bytes, u32 len)
{
	struct nodsim_frame *frame;

	if (len > READ_ONCE(sim->nic.max_frame))
		return NULL;
	frame = kmalloc(struct_size(frame, bytes, len), GFP_ATOMIC | __GFP_NOWARN);
	if (!frame)
		return NULL;
	frame->len = len;
	memcpy(frame->bytes, bytes, len);
	return frame;
}

void nodsim_arrive(struct nodsim *sim, const u8 *bytes, u32 len)
{
	unsigned int index = min(sim_rss_queue(&sim->nic, bytes, len), NODSIM_QUEUES_MAX - 1u);
	struct nodsim_rxq *queue = &sim->rxqs[index];
	struct nodsim_frame *frame = copy_frame(sim, bytes, len);
	unsigned int most = most_frames(sim);
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	if (frame && queue->open && queue->waiting < most) {
		list_add_tail(&frame->list, &queue->ring);
		WRITE_ONCE(queue->waiting, queue->waiting + 1);
		spin_unlock_irqrestore(&queue->lock, flags);
		return;
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	nodsim_rx_count(queue, NODSIM_RX_DROPPED, 1);
	kfree(frame);
}

/* A sender that is told to stop waits for a poll: half a ring is enough for one in any case. */
static bool is_due(const struct nodsim_rxq *queue)
{
	const struct nodsim *sim = queue->sim;
	unsigned int frames = READ_ONCE(sim->rx_frames);

	return !READ_ONCE(sim->rx_usecs) || (frames && queue->waiting >= frames) ||
	       queue->waiting >= READ_ONCE(sim->ring_size) / 2;
}

static void kick_queue(struct nodsim_rxq *queue)
{
	u64 usecs = READ_ONCE(queue->sim->rx_usecs);
	unsigned long flags;

	if (!READ_ONCE(queue->waiting))
		return;
	spin_lock_irqsave(&queue->lock, flags);
	if (queue->open && queue->waiting) {
		if (is_due(queue))
			napi_schedule(&queue->napi);
		else if (!hrtimer_is_queued(&queue->timer))
			hrtimer_start(&queue->timer, ns_to_ktime(usecs * NSEC_PER_USEC),
				      HRTIMER_MODE_REL_PINNED);
	}
	spin_unlock_irqrestore(&queue->lock, flags);
}

void nodsim_kick(struct nodsim *sim)
{
	/* Polls begin when bottom halves are on again; netpoll sends with interrupts off, and waits. */
	bool by_netpoll = irqs_disabled();

	if (!by_netpoll)
		local_bh_disable();
	for (unsigned int i = 0; i < NODSIM_QUEUES_MAX; i++)
		kick_queue(&sim->rxqs[i]);
	if (!by_netpoll)
		local_bh_enable();
}

/* --- start and stop, under RTNL ---------------------------------------------------------------- */

static void set_txq_open(struct nodsim_txq *queue, bool open)
{
	struct netdev_queue *txq = netdev_get_tx_queue(queue->sim->dev, queue->index);

	__netif_tx_lock_bh(txq);
	queue->open = open;
	if (open)
		netif_tx_wake_queue(txq);
	else
		netif_tx_stop_queue(txq);
	__netif_tx_unlock_bh(txq);
}

static void set_rxq_open(struct nodsim_rxq *queue, bool open, struct list_head *gone)
{
	spin_lock_irq(&queue->lock);
	queue->open = open;
	list_splice_tail_init(&queue->ring, gone);
	WRITE_ONCE(queue->waiting, 0);
	spin_unlock_irq(&queue->lock);
}

static void free_frames(struct list_head *frames)
{
	struct nodsim_frame *frame, *next;

	list_for_each_entry_safe(frame, next, frames, list) kfree(frame);
}

static void start_queues(struct nodsim *sim)
{
	struct net_device *dev = sim->dev;
	LIST_HEAD(none);

	for (unsigned int i = 0; i < sim->nqueues; i++) {
		netif_napi_add(dev, &sim->rxqs[i].napi, nodsim_poll);
		compat_queue_set_napi(dev, i, &sim->rxqs[i].napi);
		napi_enable(&sim->rxqs[i].napi);
		set_rxq_open(&sim->rxqs[i], true, &none);
	}
	for (unsigned int i = 0; i < sim->nqueues; i++)
		set_txq_open(&sim->txqs[i], true);
	local_bh_disable();
	nodsim_wake_sender(sim);
	local_bh_enable();
}

static void stop_queues(struct nodsim *sim)
{
	LIST_HEAD(gone);

	for (unsigned int i = 0; i < sim->nqueues; i++)
		set_txq_open(&sim->txqs[i], false);
	for (unsigned int i = 0; i < sim->nqueues; i++) {
		struct nodsim_rxq *queue = &sim->rxqs[i];

		/* Nobody begins a poll or the timer any more. */
		set_rxq_open(queue, false, &gone);
		hrtimer_cancel(&queue->timer);
		napi_disable(&queue->napi);
		compat_queue_set_napi(sim->dev, i, NULL);
		__netif_napi_del(&queue->napi);
	}
	synchronize_net();
	free_frames(&gone);
}

unsigned int nodsim_queues_most(const struct nodsim *sim)
{
	return min3(NODSIM_QUEUES_MAX + 0u, sim->dev->num_tx_queues, sim->dev->num_rx_queues);
}

int nodsim_queues_open(struct nodsim *sim)
{
	int err = alloc_all_buffers(sim, 0, sim->nqueues);

	if (err)
		return err;
	start_queues(sim);
	return 0;
}

void nodsim_queues_close(struct nodsim *sim)
{
	stop_queues(sim);
	free_all_buffers(sim, 0, sim->nqueues);
}

static int use_queues(struct nodsim *sim, unsigned int nqueues)
{
	int err = netif_set_real_num_queues(sim->dev, nqueues, nqueues);

	if (err)
		return err;
	if (!netif_is_rxfh_configured(sim->dev))
		nodsim_rss_spread(sim, nqueues);
	WRITE_ONCE(sim->nqueues, nqueues);
	WRITE_ONCE(sim->nic.nqueues, nqueues);
	return 0;
}

int nodsim_reconfigure(struct nodsim *sim, unsigned int nqueues)
{
	unsigned int before = sim->nqueues;
	int err;

	ASSERT_RTNL();
	if (!netif_running(sim->dev))
		return use_queues(sim, nqueues);
	/* All that can lack is had before anything stops. */
	err = alloc_all_buffers(sim, before, nqueues);
	if (err)
		return err;
	stop_queues(sim);
	err = use_queues(sim, nqueues);
	if (err)
		free_all_buffers(sim, before, nqueues);
	else
		free_all_buffers(sim, nqueues, before);
	start_queues(sim);
	return err;
}
