// Preloaded into a worker whose wall clock is wrong: by CHAOS_SKEW_MS, for all of its code. The steady clock stays right, as on a real machine.
const skew = Number(process.env.CHAOS_SKEW_MS ?? 0);
const now = Date.now.bind(Date);
const Right = Date;
globalThis.Date = class extends Right {
  constructor(...args) {
    if (args.length === 0) super(now() + skew);
    else super(...args);
  }
  static now() {
    return now() + skew;
  }
};
