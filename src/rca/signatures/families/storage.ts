import { type FailureSignature, own } from "../failure-signature.ts";

/** Stores of objects, blocks and files. */
export const STORAGE_FAILURES: readonly FailureSignature[] = [
  own(
    "minio.disk",
    "disk_failure",
    "Storage backend has reached its minimum free drive threshold",
    "XMinioStorageFull",
    "drive is faulty",
    "Read failed. Insufficient number of drives online",
    "XMinioServerNotInitialized",
  ),
  own(
    "ceph.health",
    "disk_failure",
    "HEALTH_ERR",
    "OSD_FULL",
    "# full osd(s)",
    "slow requests are blocked",
    "OSD_DOWN",
    "pgs inactive",
  ),
  own("sqlite.locked", "lock_contention", "database is locked", "SQLITE_BUSY"),
  own("sqlite.corrupt", "data_corruption", "database disk image is malformed", "SQLITE_CORRUPT"),
  own("sqlite.full", "disk_full", "database or disk is full", "SQLITE_FULL"),
  own("hdfs.safe-mode", "database_read_only", "Name node is in safe mode", "SafeModeException"),
  own(
    "hdfs.blocks",
    "data_corruption",
    "could only be written to 0 of the # minReplication nodes",
    "could only be replicated to 0 nodes",
    "Could not obtain block: BP-",
    "BlockMissingException",
    "Replica not found for",
  ),
];
