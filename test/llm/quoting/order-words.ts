/**
 * Words whose plain form may be an order to do something to a system. Many are nouns of operations too (`the restart`).
 * A text shows them only where they cannot be an order: see src/llm/quoting/vocabulary.ts.
 */
export const ORDER_WORDS = `
page pages block abort accept activate add adjust advertise allow alter append apply arrange arrive assert assign attach
authorize avoid
await awake backup ban boost borrow build buy call cancel carry cast change charge check choose clean cleanup clear
clone close collect combine commit compare compile complete compute configure confuse consume contact contain continue
control convert coordinate copy cordon correlate create cut debug declare decommission decrease defer define delegate
delete deliver demote deny deploy deregister destroy detach detect determine disable discard disconnect discover
dispatch display distribute divide downgrade download drain drop duplicate edit eject elect eliminate emit enable end
enforce enqueue ensure enter erase escalate escape establish estimate evict examine exceed exclude exec execute expand
expect export expose extend extract fetch fill find finish fire flush force forward free freeze fulfil fulfill gather
generate get give go grant grow guess halt help hide hit hold identify implement import improve include increase infer
inform ingest inject insert inspect install instantiate interrupt invalidate invoke isolate join jump keep kill know
launch lead leave lend lose lower maintain make manage mark measure merge migrate modify monitor mount move multiply
normalize notify obtain offer open operate optimize override own pack pass paste patch pause pay perform permit persist
pick pop populate post prefer prepare preserve prevent proceed produce promote propagate propose protect prove provide
provision prune publish pull purge push put quarantine quit raise reach react rebalance reboot rebuild recall receive
recheck reclaim recognize reconcile reconnect reconstruct recreate redeploy redirect reduce refer refine refuse
register reject relate relax relay release reload relocate remain remount remove rename render reopen repair replace
report requeue reschedule reset reshard resize resolve resort restart restore restrict resume retry return reuse
reverse revert review revoke roll rollback rotate run save scale scan score scrape search secure see seek select send
separate set setup share shed shift ship shut shutdown sign silence sink skip spawn specify spend spin start stay steal
stop store strip submit subscribe substitute subtract supply support suppress suspend swap switch synchronize taint
take terminate test throttle touch trade train transfer transform transmit transport trap traverse treat trigger trim
truncate try tune turn unbind uncordon undo uninstall unlock unmount unpack unregister unset unsubscribe unwrap update
upgrade upload upsert use vacuum view vote wake walk warn wipe withdraw work wrap write
`;

/** First names of Go's network and file errors, as in `open /etc/x: no such file`. */
export const SYSCALL_NAMES =
  "accept bind connect dial exec fork listen lookup mount open read recv send stat write unlink mkdir";
