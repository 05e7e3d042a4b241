// Which Redis: the embedded one, a single server, Sentinel or Cluster. Not for opening it:
// connection.ts.

/**
 * An external Redis as the configuration names it. Passwords are read from the environment or a
 * file before.
 */
export interface ExternalRedis {
  readonly url?: string | undefined;
  readonly sentinels?: readonly { readonly host: string; readonly port: number }[] | undefined;
  readonly master?: string | undefined;
  readonly cluster?: readonly { readonly host: string; readonly port: number }[] | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: boolean | undefined;
  /**
   * Replicas that must have a write before it counts as done (WAIT); needed with Sentinel, whose
   * failover forgets what they lack.
   */
  readonly replicas?: number | undefined;
  /** Settings that can lose data and that the operator accepts by name, e.g. `appendfsync`. */
  readonly accept: readonly string[];
}

export interface RedisChoice {
  /** Undefined: the embedded one under `folder`. */
  readonly external: ExternalRedis | undefined;
  /** Folder of the embedded server's data. */
  readonly folder: string;
  /** The embedded one writes nothing to disk: for a rehearsal. */
  readonly throwaway?: boolean | undefined;
  /** Prefix of every key; its braces keep all keys in one Cluster slot. */
  readonly prefix: string;
}
